/** Requests to the server, and their state. */

import { useEffect, useState } from 'preact/hooks'
import { messageOf } from '../../../base/errors.js'

/** An error from the server or the page, as one line for the reader. */
export class Mistake extends Error {
  override readonly name = 'Mistake'
}

export async function get<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return answerOf<Answer>(await fetch(address, signal ? { signal } : {}))
}

export async function getText(address: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(address, signal ? { signal } : {})
  if (!response.ok) await answerOf(response)
  return response.text()
}

export async function post<Answer>(
  address: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const request: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  }
  return answerOf<Answer>(await fetch(address, request))
}

/** The body of a response. @throws Mistake with the server's message */
export async function answerOf<Answer>(response: Response): Promise<Answer> {
  const body: unknown = await response.json().catch(() => ({}))
  if (response.ok) return body as Answer
  const said = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined
  throw new Mistake(typeof said === 'string' ? said : `${response.status}`)
}

/** The state of a request. */
export interface Loaded<Answer> {
  readonly answer?: Answer
  readonly mistake?: string
  readonly waiting: boolean
}

/**
 * Repeats a request whenever a key changes; the previous answer stays until the new one arrives.
 *
 * @param ask sends the request; none is sent if undefined
 */
export function useAnswer<Answer>(
  ask: ((signal: AbortSignal) => Promise<Answer>) | undefined,
  keys: readonly unknown[],
): Loaded<Answer> {
  const [state, setState] = useState<Loaded<Answer>>({ waiting: ask !== undefined })
  useEffect(() => {
    if (!ask) return
    const control = new AbortController()
    setState((before) => ({ ...before, waiting: true }))
    ask(control.signal).then(
      (answer) => {
        if (!control.signal.aborted) setState({ answer, waiting: false })
      },
      (error: unknown) => {
        if (!control.signal.aborted) setState({ mistake: messageOf(error), waiting: false })
      },
    )
    return () => control.abort()
  }, keys)
  return state
}
