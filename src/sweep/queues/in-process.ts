/** The queue within one process, which decides which cell to start next. */
import type { RunResults } from '../../learn/records.js'
import type { Cell } from '../cell.js'
import type { RunReport } from '../messages.js'
import type { Failure, Lease, Queued, QueueEvent, WorkSink, WorkSource } from '../queue.js'

type Event = QueueEvent<RunReport, RunResults>
type CellLease = Lease<Cell, RunReport, RunResults>

/** Milliseconds between checks whether another process has finished a cell. */
const patience = 500

/**
 * Leases cells to the processes of one grid: the most urgent first; of equal ones first from rows with
 * no known duration, then the longest. A cell is given back if another process is training it; it is leased again once no other
 * cell waits. Leases never expire, since a lost process is noticed at once. A failure is final.
 */
export class InProcessQueue
  implements WorkSource<Cell, RunReport, RunResults>, WorkSink<Cell, RunReport, RunResults>
{
  readonly #cells = new Map<string, Cell>()
  /** The position of each cell in the order of submission. */
  readonly #places = new Map<string, number>()
  readonly #pending = new Set<string>()
  readonly #running = new Set<string>()
  /** Cells that another process is training, to be tried again. */
  readonly #held = new Set<string>()
  readonly #cancelled = new Set<string>()
  /** The duration of the latest run of each row, in seconds. */
  readonly #seconds = new Map<string, number>()
  readonly #waiting = new Set<() => void>()
  #heard: (event: Event) => void = () => {}
  #timer: NodeJS.Timeout | undefined

  follow(heard: (event: Event) => void): void {
    this.#heard = heard
  }

  async submit(work: readonly Queued<Cell>[]): Promise<void> {
    for (const { id, work: cell } of work) {
      if (this.#cells.has(id)) continue
      this.#places.set(id, this.#places.size)
      this.#cells.set(id, cell)
      this.#pending.add(id)
    }
    this.#wake()
  }

  async lease(signal?: AbortSignal): Promise<CellLease | undefined> {
    for (;;) {
      if (signal?.aborted) return undefined
      const id = this.#best()
      const cell = id === undefined ? undefined : this.#cells.get(id)
      if (id !== undefined && cell) {
        this.#pending.delete(id)
        this.#running.add(id)
        return this.#leaseOf(id, cell)
      }
      if (this.#running.size === 0 && this.#held.size === 0) return undefined
      if (this.#held.size > 0) this.#timer ??= setTimeout(() => this.#lookAgain(), patience)
      await this.#change(signal)
    }
  }

  async cancel(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#cancelled.add(id)
      const waits = this.#pending.delete(id) || this.#held.delete(id)
      if (waits) this.#heard({ id, kind: 'cancelled' })
    }
    this.#wake()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#wake()
  }

  #leaseOf(id: string, work: Cell): CellLease {
    const end = (event: Event) => {
      this.#running.delete(id)
      this.#heard(event)
      this.#wake()
    }
    return {
      id,
      work,
      heartbeat: async () => (this.#cancelled.has(id) ? 'cancelled' : 'held'),
      progress: (report) => this.#heard({ id, kind: 'progress', report }),
      complete: async (result) => {
        this.#seconds.set(work.row, result.seconds)
        end({ id, kind: 'complete', result })
        return true
      },
      fail: async ({ message, mistake }: Failure) => end({ id, kind: 'failed', message, mistake }),
      giveBack: async () => {
        if (this.#cancelled.has(id)) return end({ id, kind: 'cancelled' })
        this.#running.delete(id)
        this.#held.add(id)
        this.#wake()
      },
    }
  }

  /** The waiting cell that is best started next. */
  #best(): string | undefined {
    const rowOf = (id: string) => this.#cells.get(id)?.row ?? ''
    const rows = new Set([...this.#running].map(rowOf))
    const urgency = (id: string) => this.#cells.get(id)?.urgency ?? 0
    const rank = (id: string) =>
      this.#seconds.get(rowOf(id)) ?? (rows.has(rowOf(id)) ? 0 : Number.POSITIVE_INFINITY)
    const place = (id: string) => this.#places.get(id) ?? 0
    const [first, ...rest] = this.#pending
    return rest.reduce<string | undefined>((best, id) => {
      if (best === undefined) return id
      if (urgency(id) !== urgency(best)) return urgency(id) > urgency(best) ? id : best
      if (rank(id) > rank(best)) return id
      return rank(id) === rank(best) && place(id) < place(best) ? id : best
    }, first)
  }

  /** Returns held cells to the queue once no other cell waits. */
  #lookAgain(): void {
    this.#timer = undefined
    if (this.#pending.size === 0) {
      for (const id of this.#held) this.#pending.add(id)
      this.#held.clear()
    }
    this.#wake()
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal?.addEventListener('abort', wake)
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
