/** Looks at the queue while a page is open. */
import type { QueueBoard } from '../../../sweep/view/board.js'
import type { QueueRows } from '../../protocol.js'

/** Milliseconds between two looks, and until a server that does not answer is said to be silent. */
const every = 1000
const patience = 5000
/** A look that takes long is followed by this many times its duration without one. */
const rest = 10

export class QueueWatch {
  #now: QueueRows = { sweeps: [], unread: 0, silent: false }
  #said = ''
  #timer: NodeJS.Timeout | undefined
  #closed = false

  /**
   * @param watched whether any page is open
   * @param changed called when there is something new to show
   */
  constructor(
    readonly board: QueueBoard,
    private readonly watched: () => boolean,
    private readonly changed: (queue: QueueRows) => void,
  ) {
    void this.#go()
  }

  get now(): QueueRows {
    return this.#now
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.board.close()
  }

  async #go(): Promise<void> {
    const begun = performance.now()
    if (this.watched()) await this.#look()
    if (this.#closed) return
    const wait = Math.max(every, rest * (performance.now() - begun))
    this.#timer = setTimeout(() => void this.#go(), Math.min(wait, 60 * every))
  }

  async #look(): Promise<void> {
    const late = setTimeout(() => this.#say({ ...this.#now, silent: true }), patience)
    try {
      this.#say({ ...(await this.board.look()), silent: false })
    } catch {
      // The server restarts, or this studio ends.
      this.#say({ ...this.#now, silent: true })
    } finally {
      clearTimeout(late)
    }
  }

  #say(now: QueueRows): void {
    const text = JSON.stringify(now)
    if (text === this.#said || this.#closed) return
    this.#said = text
    this.#now = now
    this.changed(now)
  }
}
