/** Server-sent events. */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { StudioEvent } from '../../protocol.js'

/** Seconds between keep-alive messages, so that no proxy closes an idle connection. */
const beat = 15

/** A page with more events waiting is cut off; its browser connects again and gets the state anew. */
const mostWaiting = 1000

/** Sends events to all connected pages. */
export class Events {
  readonly #listeners = new Set<(event: StudioEvent) => void>()

  send(event: StudioEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /**
   * The response to a page that subscribes.
   *
   * @param before the first events that it gets
   */
  stream(context: Context, before: () => readonly StudioEvent[]): Response {
    return streamSSE(context, async (stream) => {
      const waiting: StudioEvent[] = [...before()]
      let wake = () => {}
      let isCutOff = false
      const listener = (event: StudioEvent) => {
        if (waiting.push(event) > mostWaiting) {
          isCutOff = true
          waiting.length = 0
          this.#listeners.delete(listener)
        }
        wake()
      }
      this.#listeners.add(listener)
      stream.onAbort(() => wake())
      try {
        while (!stream.aborted && !isCutOff) {
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
          if (waiting.length === 0 && !stream.aborted && !isCutOff) await stream.write(': \n\n')
        }
      } finally {
        this.#listeners.delete(listener)
      }
    })
  }
}
