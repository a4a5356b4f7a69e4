/** Runs the cells of a grid in parallel processes. */
import { availableParallelism } from 'node:os'
import type { RunResults } from '../learn/records.js'
import type { RunHolder, RunWatcher } from '../learn/watcher.js'
import { RunFolder } from '../runs/folder.js'
import { sameRun } from '../runs/same-run.js'
import type { Cell } from './cell.js'
import type { FromWorker, WorkerEnd } from './messages.js'
import { WorkerProcess } from './process.js'

/** What a grid reports. */
export interface GridWatcher {
  /** Gives what watches a cell's run; steps are reported a few times a second. Called once for each. */
  watch?(cell: Cell): RunWatcher
  ended?(outcome: CellOutcome): void
  /** Another process computes this cell, and its end is waited for. */
  waiting?(cell: Cell, holder: RunHolder): void
}

/** What became of a cell. */
export type CellOutcome =
  | {
      readonly state: 'complete'
      readonly cell: Cell
      readonly results: RunResults
      /** Complete before the grid began. */
      readonly before: boolean
    }
  | { readonly state: 'stopped'; readonly cell: Cell }
  | {
      readonly state: 'failed'
      readonly cell: Cell
      readonly message: string
      /** Whether it is a mistake in what it was given, as against a bug or a lost process. */
      readonly mistake: boolean
    }

export interface GridRequest {
  readonly cells: readonly Cell[]
  /** The most processes at once; as many as the machine runs unless given. */
  readonly workers?: number
  readonly watcher?: GridWatcher
  /** Stops every run between two steps; what is complete stays, the rest goes on another time. */
  readonly signal?: AbortSignal
}

/** How long to wait before looking again whether another process is done with a cell, in milliseconds. */
const patience = 500

/**
 * Trains every cell that is not complete, as many at once as there are workers, and waits for those
 * that another process is training. A cell that fails, or whose process is lost, does not stop the
 * others. Rows of which nothing is known come first, then the longest.
 *
 * A run that is not told how many threads to take has its share of the cores, as if all cells were
 * still to be trained; one that goes on has as many as it began with.
 *
 * @returns what became of each cell, in their order
 */
export async function runGrid(request: GridRequest): Promise<readonly CellOutcome[]> {
  return await new Grid(request).run()
}

class Grid {
  readonly #cells: readonly Cell[]
  readonly #watcher: GridWatcher
  readonly #watchers = new Map<Cell, RunWatcher>()
  readonly #signal: AbortSignal | undefined
  readonly #outcomes = new Map<Cell, CellOutcome>()
  /** Where each cell stands in the order that they were given in. */
  readonly #places: ReadonlyMap<Cell, number>
  /** To be given to a worker. */
  readonly #pending = new Set<Cell>()
  /** With a worker. */
  readonly #running = new Set<Cell>()
  /** Computed by another process, to be tried again. */
  readonly #held = new Set<Cell>()
  /** Those of which was said that another process computes them. */
  readonly #announced = new Set<Cell>()
  /** Seconds that one run of a row took. */
  readonly #seconds = new Map<string, number>()
  readonly #workers: WorkerProcess[] = []
  readonly #count: number
  /** Of each run; all cores unless given. */
  readonly #threads: number | undefined
  #timer: NodeJS.Timeout | undefined
  #finish: () => void = () => {}

  constructor({ cells, workers = availableParallelism(), watcher = {}, signal }: GridRequest) {
    this.#cells = cells
    this.#places = new Map(cells.map((cell, place) => [cell, place]))
    this.#watcher = watcher
    this.#signal = signal
    for (const cell of cells) {
      const before = completeBefore(cell)
      if (before) this.#end(before)
      else this.#pending.add(cell)
    }
    this.#count = Math.max(1, Math.min(workers, this.#pending.size))
    // By all cells, not by those to be done: sums are rounded alike however often it is stopped.
    const atOnce = Math.min(workers, cells.length)
    this.#threads =
      atOnce > 1 ? Math.max(1, Math.floor(availableParallelism() / atOnce)) : undefined
  }

  async run(): Promise<readonly CellOutcome[]> {
    const stop = () => this.#stop()
    const killAll = () => {
      for (const worker of this.#workers) worker.kill()
    }
    this.#signal?.addEventListener('abort', stop)
    // Whoever ends this process at once means all of it.
    process.once('exit', killAll)
    try {
      await new Promise<void>((resolve) => {
        this.#finish = resolve
        if (this.#signal?.aborted) this.#stop()
        else this.#dispatch()
      })
      await Promise.all(this.#workers.map((worker) => worker.close()))
    } finally {
      process.off('exit', killAll)
      this.#signal?.removeEventListener('abort', stop)
      clearTimeout(this.#timer)
    }
    return this.#cells.flatMap((cell) => this.#outcomes.get(cell) ?? [])
  }

  /** Gives work to idle workers; ends the grid when none is left. */
  #dispatch(): void {
    if (this.#signal?.aborted !== true) {
      for (let cell = this.#best(); cell; cell = this.#best()) {
        const worker = this.#idleWorker()
        if (!worker) break
        this.#pending.delete(cell)
        this.#running.add(cell)
        worker.run(cell, this.#configOf(cell))
      }
      if (this.#held.size > 0) this.#timer ??= setTimeout(() => this.#lookAgain(), patience)
    }
    if (this.#outcomes.size === this.#cells.length) this.#finish()
  }

  /** Of the cells that wait the one that is best begun now. */
  #best(): Cell | undefined {
    const rows = new Set([...this.#running].map(({ row }) => row))
    const rank = ({ row }: Cell) =>
      this.#seconds.get(row) ?? (rows.has(row) ? 0 : Number.POSITIVE_INFINITY)
    const place = (cell: Cell) => this.#places.get(cell) ?? 0
    const [first, ...rest] = this.#pending
    return rest.reduce<Cell | undefined>((best, cell) => {
      if (!best || rank(cell) > rank(best)) return cell
      return rank(cell) === rank(best) && place(cell) < place(best) ? cell : best
    }, first)
  }

  #idleWorker(): WorkerProcess | undefined {
    const living = this.#workers.filter((worker) => !worker.dead)
    const idle = living.find((worker) => worker.idle)
    if (idle || living.length >= this.#count) return idle
    const worker = new WorkerProcess((cell, message) => this.#heard(cell, message))
    this.#workers.push(worker)
    return worker
  }

  #configOf({ config, folder }: Cell): Cell['config'] {
    const threads = this.#threads
    const open = threads !== undefined && config.threads === undefined
    return open && !new RunFolder(folder).exists ? { ...config, threads } : config
  }

  #heard(cell: Cell, message: FromWorker): void {
    switch (message.kind) {
      case 'started':
        this.#watch(cell).started?.(message.about)
        return
      case 'stepped':
        this.#watch(cell).stepped?.(message.at)
        return
      case 'finished epoch':
        this.#watch(cell).finishedEpoch?.(message.record)
        return
      default:
        this.#running.delete(cell)
        this.#settle(cell, message)
        this.#dispatch()
    }
  }

  #watch(cell: Cell): RunWatcher {
    const known = this.#watchers.get(cell)
    if (known) return known
    const watcher = this.#watcher.watch?.(cell) ?? {}
    this.#watchers.set(cell, watcher)
    return watcher
  }

  #settle(cell: Cell, end: WorkerEnd): void {
    if (end.kind === 'held' && this.#signal?.aborted !== true) {
      if (!this.#announced.has(cell)) this.#watcher.waiting?.(cell, end.by)
      this.#announced.add(cell)
      this.#held.add(cell)
    } else if (end.kind === 'held' || end.kind === 'stopped') {
      this.#end({ state: 'stopped', cell })
    } else if (end.kind === 'complete') {
      this.#seconds.set(cell.row, end.results.seconds)
      this.#end({ state: 'complete', cell, results: end.results, before: false })
    } else {
      this.#end({ state: 'failed', cell, message: end.message, mistake: end.mistake })
    }
  }

  /** Held cells wait until nothing else does. */
  #lookAgain(): void {
    this.#timer = undefined
    if (this.#pending.size === 0) {
      for (const cell of this.#held) this.#pending.add(cell)
      this.#held.clear()
    }
    this.#dispatch()
  }

  #end(outcome: CellOutcome): void {
    this.#outcomes.set(outcome.cell, outcome)
    this.#watcher.ended?.(outcome)
  }

  #stop(): void {
    clearTimeout(this.#timer)
    for (const cell of [...this.#pending, ...this.#held]) this.#end({ state: 'stopped', cell })
    this.#pending.clear()
    this.#held.clear()
    for (const worker of this.#workers) if (!worker.idle) worker.stop()
    this.#dispatch()
  }
}

/** A run that exists already, computed with any settings. */
function completeBefore(cell: Cell): CellOutcome | undefined {
  const folder = new RunFolder(cell.folder)
  try {
    if (!folder.exists || !folder.complete || !sameRun(folder.readConfig(), cell.config)) {
      return undefined
    }
    return { state: 'complete', cell, results: folder.readResults(), before: true }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { state: 'failed', cell, message, mistake: true }
  }
}
