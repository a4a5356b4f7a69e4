/** Events that the server sends to every page that listens. */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { StudioEvent } from '../../protocol.js'

/** Seconds between signs of life, so that nothing between ends a quiet connection. */
const beat = 15

/** Brings events to the pages that listen. */
export class Events {
  readonly #listeners = new Set<(event: StudioEvent) => void>()

  send(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /**
   * The answer to a page that listens.
   *
   * @param before what it is told first
   */
  stream(context: Context, before: () => readonly StudioEvent[]): Response {
    return streamSSE(context, async (stream) => {
      const waiting: StudioEvent[] = [...before()]
      let wake = () => {}
      const listener = (event: StudioEvent) => {
        waiting.push(event)
        wake()
      }
      this.#listeners.add(listener)
      stream.onAbort(() => wake())
      try {
        while (!stream.aborted) {
          const event = waiting.shift()
          if (event) {
            await stream.writeSSE({ data: JSON.stringify(event) })
            continue
          }
          const timer = setTimeout(() => wake(), 1000 * beat)
          await new Promise<void>((resolve) => {
            wake = resolve
          })
          clearTimeout(timer)
          if (waiting.length === 0 && !stream.aborted) await stream.write(': \n\n')
        }
      } finally {
        this.#listeners.delete(listener)
      }
    })
  }
}
