/** Trains or resumes runs, with progress on the terminal. */
import { resolve } from 'node:path'
import { readCount } from '../../base/values.js'
import type { Dataset } from '../../data/dataset.js'
import type { DatasetFacts } from '../../data/facts.js'
import { nameOfData } from '../../data/name.js'
import { addressOf } from '../../remote/mirror.js'
import { openRemote } from '../../remote/store.js'
import { RunFolder } from '../../runs/folder.js'
import { pushRun } from '../../runs/remote/exchange.js'
import { trainRun } from '../../runs/run.js'
import type { Cell } from '../../sweep/cell.js'
import type { QueueAddress } from '../../sweep/queues/redis/connect.js'
import { type CellOutcome, type MoreCells, runGrid } from '../../sweep/run-grid.js'
import { watchGrid } from './grid-progress.js'
import { tellOutcome } from './outcomes.js'
import { watchProgress } from './progress.js'
import type { Terminal } from './terminal.js'

/** A queue, and whether to exit after submitting. */
export interface Handout {
  readonly address: QueueAddress
  readonly detach: boolean
}

/** What training runs needs. */
export interface TrainingRequest {
  /** For a single run; closed at the end. Several processes open the data themselves. */
  readonly dataset?: Dataset | undefined
  /** The most processes at once. */
  readonly workers?: number | undefined
  /** Submit the runs to a queue for workers on other machines. */
  readonly queue?: Handout | undefined
  /** Adds runs while the others are trained. */
  readonly more?: MoreCells | undefined
  /** How many runs cores are divided by; by default those given. */
  readonly size?: number | undefined
  /** Report each run's epochs and end where there is no progress bar. */
  readonly each: boolean
  readonly signal: AbortSignal
}

/**
 * Trains every run that is not complete: one with open data in this process, others in parallel
 * processes of their own.
 *
 * @returns the outcome of each, in order
 * @throws LimbicError if a run in this process cannot be trained
 */
export async function trainRuns(
  terminal: Terminal,
  cells: readonly Cell[],
  { dataset, workers, queue, more, size, each, signal }: TrainingRequest,
): Promise<readonly CellOutcome[]> {
  const [first] = cells
  if (queue) {
    const { address, detach } = queue
    const watcher = watchGrid(terminal, cells.length, each)
    // Loaded only when needed: most commands use no queue.
    const { runQueued } = await import('../../sweep/run-queued.js')
    return runQueued({ cells, more, queue: address, watcher, signal, detach }).finally(() =>
      watcher.close(),
    )
  }
  if (first && dataset) return [await trainHere(terminal, dataset, first, signal)]
  const watcher = watchGrid(terminal, cells.length, each)
  const sent: Promise<void>[] = []
  const ended = (outcome: CellOutcome) => {
    watcher.ended?.(outcome)
    // Where runs belong to a store, each goes there as soon as it is complete.
    if (outcome.state === 'complete') sent.push(sendRun(outcome.cell.folder))
  }
  const grid = { cells, more, size, signal, ...(workers !== undefined && { workers }) }
  const outcomes = await runGrid({ ...grid, watcher: { ...watcher, ended } }).finally(() =>
    watcher.close(),
  )
  await Promise.all(sent)
  return outcomes
}

async function sendRun(folder: string): Promise<void> {
  if (!addressOf(resolve(folder))) return
  await pushRun(await openRemote(), resolve(folder))
}

async function trainHere(
  terminal: Terminal,
  dataset: Dataset,
  cell: Cell,
  signal: AbortSignal,
): Promise<CellOutcome> {
  const { config, folder } = cell
  const before = new RunFolder(folder).complete
  const watcher = watchProgress(terminal, cell)
  const end = await trainRun({ config, dataset, folder, watcher, signal }).finally(() => {
    watcher.close()
    dataset.close()
  })
  const outcome: CellOutcome =
    end.state === 'complete'
      ? { state: 'complete', cell, results: end.results, before }
      : { state: 'stopped', cell }
  tellOutcome(terminal, outcome)
  return outcome
}

/** The number of processes from --workers; undefined if it is not given. */
export function readWorkers({ workers }: { readonly workers?: string }): number | undefined {
  return workers === undefined ? undefined : readCount('--workers', workers, 1)
}

/** Reports once which data is used, and what was repaired in it. */
export function introduce(terminal: Terminal, data: DatasetFacts): void {
  const { name, synthetic, notes, samples } = data
  terminal.record({ event: 'data', name, synthetic, samples, notes })
  terminal.note(
    `Data: ${nameOfData(data)}, ${samples.train} / ${samples.valid} / ${samples.test} samples`,
  )
  for (const note of notes) terminal.note(`  ${note}`)
}
