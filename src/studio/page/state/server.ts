/** Requests to the server, and their state. */

import { useEffect, useState } from 'preact/hooks'
import type { z } from 'zod'
import { messageOf } from '../../../base/errors.js'
import { validate } from '../../../base/schema.js'

/** An error from the server or the page, as one line for the reader. */
export class Mistake extends Error {
  override readonly name = 'Mistake'
}

/**
 * Gets an answer of the server.
 *
 * @throws Mistake with the server's message, or where the answer is not what it should be
 */
export async function get<Answer>(
  address: string,
  schema: z.ZodType<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  return read(address, schema, await fetch(address, signal ? { signal } : {}))
}

export async function getText(address: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(address, signal ? { signal } : {})
  await refuseMistake(response)
  return response.text()
}

/** The same as `get`, with a body. */
export async function post<Answer>(
  address: string,
  body: unknown,
  schema: z.ZodType<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  return read(address, schema, await fetch(address, requestOf(body, signal)))
}

/** Asks the server to do something. @throws Mistake with the server's message */
export async function send(address: string, body: unknown): Promise<void> {
  await refuseMistake(await fetch(address, requestOf(body)))
}

function requestOf(body: unknown, signal?: AbortSignal): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  }
}

async function read<Answer>(
  address: string,
  schema: z.ZodType<Answer>,
  response: Response,
): Promise<Answer> {
  await refuseMistake(response)
  return validate(schema, await response.json(), address)
}

/** @throws Mistake with the server's message, if it has one */
export async function refuseMistake(response: Response): Promise<void> {
  if (response.ok) return
  const body: unknown = await response.json().catch(() => ({}))
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
