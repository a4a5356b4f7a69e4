/** Runs the cells of a grid in parallel processes. */
import { availableParallelism } from 'node:os'
import type { RunConfig } from '../learn/config.js'
import type { RunResults } from '../learn/records.js'
import type { RunHolder, RunWatcher } from '../learn/watcher.js'
import { RunFolder } from '../runs/folder.js'
import { sameRun } from '../runs/same-run.js'
import type { Cell } from './cell.js'
import type { RunReport } from './messages.js'
import type { QueueEvent } from './queue.js'
import { InProcessQueue } from './queues/in-process.js'
import { workThrough } from './slots.js'

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
  /** To be trained, by where they stand in the order that they were given in. */
  readonly #open = new Map<string, Cell>()
  /** Those of which was said that another process computes them. */
  readonly #announced = new Set<Cell>()
  readonly #count: number
  /** Of each run; all cores unless given. */
  readonly #threads: number | undefined

  constructor({ cells, workers = availableParallelism(), watcher = {}, signal }: GridRequest) {
    this.#cells = cells
    this.#watcher = watcher
    this.#signal = signal
    for (const [place, cell] of cells.entries()) {
      const before = completeBefore(cell)
      if (before) this.#end(before)
      else this.#open.set(String(place), cell)
    }
    this.#count = Math.min(workers, this.#open.size)
    // By all cells, not by those to be done: sums are rounded alike however often it is stopped.
    const atOnce = Math.min(workers, cells.length)
    this.#threads =
      atOnce > 1 ? Math.max(1, Math.floor(availableParallelism() / atOnce)) : undefined
  }

  async run(): Promise<readonly CellOutcome[]> {
    const queue = new InProcessQueue()
    queue.follow((event) => this.#heard(event))
    await queue.submit([...this.#open].map(([id, work]) => ({ id, work })))
    const signal = this.#signal
    const stop = () => void queue.cancel([...this.#open.keys()])
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    try {
      await workThrough({
        source: queue,
        count: this.#count,
        trainingOf: ({ folder, config }) => ({ folder, config: this.#configOf(folder, config) }),
        signal,
      })
    } finally {
      signal?.removeEventListener('abort', stop)
      await queue.close()
    }
    return this.#cells.flatMap((cell) => this.#outcomes.get(cell) ?? [])
  }

  #configOf(folder: string, config: RunConfig): RunConfig {
    const threads = this.#threads
    const open = threads !== undefined && config.threads === undefined
    return open && !new RunFolder(folder).exists ? { ...config, threads } : config
  }

  #heard(event: QueueEvent<RunReport, RunResults>): void {
    const cell = this.#open.get(event.id)
    if (!cell) return
    switch (event.kind) {
      case 'progress':
        this.#report(cell, event.report)
        return
      case 'complete':
        this.#end({ state: 'complete', cell, results: event.result, before: false })
        return
      case 'failed':
        this.#end({ state: 'failed', cell, message: event.message, mistake: event.mistake })
        return
      case 'cancelled':
        this.#end({ state: 'stopped', cell })
    }
  }

  #report(cell: Cell, report: RunReport): void {
    switch (report.kind) {
      case 'started':
        this.#watch(cell).started?.(report.about)
        return
      case 'stepped':
        this.#watch(cell).stepped?.(report.at)
        return
      case 'finished epoch':
        this.#watch(cell).finishedEpoch?.(report.record)
        return
      case 'waiting':
        if (!this.#announced.has(cell) && this.#signal?.aborted !== true) {
          this.#watcher.waiting?.(cell, report.by)
        }
        this.#announced.add(cell)
    }
  }

  #watch(cell: Cell): RunWatcher {
    const known = this.#watchers.get(cell)
    if (known) return known
    const watcher = this.#watcher.watch?.(cell) ?? {}
    this.#watchers.set(cell, watcher)
    return watcher
  }

  #end(outcome: CellOutcome): void {
    this.#outcomes.set(outcome.cell, outcome)
    this.#watcher.ended?.(outcome)
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
