/** Records the outcomes of the cells of a grid, and reports them to a watcher. */
import type { RunResults } from '../learn/records.js'
import type { RunHolder, RunWatcher } from '../learn/watcher.js'
import type { Cell } from './cell.js'
import type { RunReport } from './messages.js'

/** The callbacks of a grid. */
export interface GridWatcher {
  /**
   * Returns the watcher of a cell's run, once per cell; steps are reported a few times a second.
   */
  watch?(cell: Cell): RunWatcher
  ended?(outcome: CellOutcome): void
  /** So many cells have been added to the grid. */
  added?(count: number): void
  /** Another process is training this cell; the grid waits for it to end. */
  waiting?(cell: Cell, holder: RunHolder): void
}

/** The outcome of a cell. */
export type CellOutcome =
  | {
      readonly state: 'complete'
      readonly cell: Cell
      readonly results: RunResults
      /** Complete before the grid started. */
      readonly before: boolean
    }
  | { readonly state: 'stopped'; readonly cell: Cell }
  | {
      readonly state: 'failed'
      readonly cell: Cell
      readonly message: string
      /** Whether the input was invalid, as opposed to a bug or a lost process. */
      readonly mistake: boolean
    }

/** What to train once a cell has ended, besides the cells there are. */
export type MoreCells = (outcome: CellOutcome) => readonly Cell[]

/** Keeps the first outcome of each cell, and reports every event to a watcher. */
export class Ledger {
  readonly #watchers = new Map<Cell, RunWatcher>()
  readonly #outcomes = new Map<Cell, CellOutcome>()
  /** Cells already reported as being trained by another process. */
  readonly #announced = new Set<Cell>()

  readonly #cells: Cell[]
  #stopped = false

  constructor(
    cells: readonly Cell[],
    private readonly watcher: GridWatcher,
    private readonly signal: AbortSignal | undefined,
    private readonly more: MoreCells | undefined,
  ) {
    this.#cells = [...cells]
  }

  /** The cells so far, those added included. */
  get cells(): readonly Cell[] {
    return this.#cells
  }

  /** The outcomes so far, in the order of the cells. */
  get outcomes(): readonly CellOutcome[] {
    return this.#cells.flatMap((cell) => this.#outcomes.get(cell) ?? [])
  }

  get whole(): boolean {
    return this.#outcomes.size === this.#cells.length
  }

  /** @returns the cells that come after this outcome, which are part of the grid from now on */
  end(outcome: CellOutcome): readonly Cell[] {
    if (this.#outcomes.has(outcome.cell)) return []
    this.#outcomes.set(outcome.cell, outcome)
    this.watcher.ended?.(outcome)
    // Without a signal, it was cancelled in the queue: for all, as is what would follow.
    if (outcome.state === 'stopped') this.#stopped = true
    const added = this.#stopped || this.signal?.aborted ? [] : (this.more?.(outcome) ?? [])
    this.#cells.push(...added)
    if (added.length > 0) this.watcher.added?.(added.length)
    return added
  }

  report(cell: Cell, report: RunReport): void {
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
        if (!this.#announced.has(cell) && this.signal?.aborted !== true) {
          this.watcher.waiting?.(cell, report.by)
        }
        this.#announced.add(cell)
    }
  }

  #watch(cell: Cell): RunWatcher {
    const known = this.#watchers.get(cell)
    if (known) return known
    const watcher = this.watcher.watch?.(cell) ?? {}
    this.#watchers.set(cell, watcher)
    return watcher
  }
}
