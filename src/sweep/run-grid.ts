/** Trains the cells of a grid in parallel processes on this machine. */

import { availableParallelism } from 'node:os'
import { messageOf } from '../base/errors.js'
import type { RunConfig } from '../learn/config.js'
import { RunFolder } from '../runs/folder.js'
import { consents } from '../runs/model-file/index.js'
import { sameRun } from '../runs/same-run.js'
import type { Cell } from './cell.js'
import { type CellOutcome, type GridWatcher, Ledger, type MoreCells } from './ledger.js'
import { InProcessQueue } from './queues/in-process.js'
import { workThrough } from './slots.js'
import { openTrainer } from './trainer-process.js'

export type { CellOutcome, GridWatcher, MoreCells } from './ledger.js'

export interface GridRequest {
  readonly cells: readonly Cell[]
  /** Adds cells while the grid is trained. */
  readonly more?: MoreCells | undefined
  /** How many cells the grid is counted as where cores are divided; by default those given. */
  readonly size?: number | undefined
  /** The maximum number of processes; by default, as many as the machine can run. */
  readonly workers?: number
  readonly watcher?: GridWatcher
  /** Stops every run between two steps; unfinished runs can be resumed. */
  readonly signal?: AbortSignal
}

/**
 * Trains every cell that is not complete, with at most `workers` processes at once, and waits for
 * cells that another process is training. A cell that fails, or whose process is lost, does not
 * stop the others. Rows with no known duration come first, then the longest.
 *
 * A run without a set number of threads gets its share of the cores, computed as if no cell were
 * complete. A resumed run keeps the number that it started with.
 *
 * @returns the outcome of each cell, in order
 */
export async function runGrid({
  cells,
  more,
  size = cells.length,
  workers = availableParallelism(),
  watcher = {},
  signal,
}: GridRequest): Promise<readonly CellOutcome[]> {
  const ledger = new Ledger(cells, watcher, signal, more)
  const open = new Map<string, Cell>()
  const queue = new InProcessQueue()
  /** Ends a cell, and submits those that come after it. */
  const end = (outcome: CellOutcome) => void submit(ledger.end(outcome))
  const submit = (added: readonly Cell[]) => {
    const work = openCells(added, ledger).map((cell, place) => ({
      id: String(open.size + place),
      work: cell,
    }))
    for (const { id, work: cell } of work) open.set(id, cell)
    return queue.submit(work)
  }
  queue.follow((event) => {
    const cell = open.get(event.id)
    if (!cell) return
    if (event.kind === 'progress') ledger.report(cell, event.report)
    else if (event.kind === 'cancelled') end({ state: 'stopped', cell })
    else if (event.kind === 'complete') {
      end({ state: 'complete', cell, results: event.result, before: false })
    } else end({ state: 'failed', cell, message: event.message, mistake: event.mistake })
  })
  await submit(cells)
  const stop = () => void queue.cancel([...open.keys()])
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  // Divided by all cells, not by those left, so that interruptions do not change how sums are
  // rounded.
  const threads = threadsOfEach(Math.min(workers, size))
  try {
    await workThrough({
      source: queue,
      count: more ? Math.min(workers, size) : Math.min(workers, open.size),
      open: () =>
        openTrainer(
          ({ folder, config }: Cell) => ({
            kind: 'run',
            folder,
            config: withThreads(config, folder, threads),
            consents: consents(),
          }),
          (results) => results,
        ),
      signal,
    })
  } finally {
    signal?.removeEventListener('abort', stop)
    await queue.close()
  }
  return ledger.outcomes
}

/** The cells that are not complete, with those that come after others which are. */
export function openCells(cells: readonly Cell[], ledger: Ledger): readonly Cell[] {
  return cells.flatMap((cell) => {
    const before = completeBefore(cell)
    return before ? openCells(ledger.end(before), ledger) : [cell]
  })
}

/** Threads per run; undefined if a run may use all cores. */
function threadsOfEach(atOnce: number): number | undefined {
  return atOnce > 1 ? Math.max(1, Math.floor(availableParallelism() / atOnce)) : undefined
}

function withThreads(config: RunConfig, folder: string, threads: number | undefined): RunConfig {
  const open = threads !== undefined && config.threads === undefined
  return open && !new RunFolder(folder).exists ? { ...config, threads } : config
}

/**
 * The outcome of a run that was complete before, or the error of reading it; undefined for others.
 */
function completeBefore(cell: Cell): CellOutcome | undefined {
  const folder = new RunFolder(cell.folder)
  try {
    if (!folder.exists || !folder.complete || !sameRun(folder.readConfig(), cell.config)) {
      return undefined
    }
    return { state: 'complete', cell, results: folder.readResults(), before: true }
  } catch (error) {
    const message = messageOf(error)
    return { state: 'failed', cell, message, mistake: true }
  }
}
