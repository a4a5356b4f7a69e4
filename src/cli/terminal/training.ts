/** Trains runs, shown on the terminal, each going on where it was left. */
import { readCount } from '../../base/values.js'
import type { Dataset } from '../../data/dataset.js'
import type { DatasetFacts } from '../../data/facts.js'
import { nameOfData } from '../../data/name.js'
import { RunFolder } from '../../runs/folder.js'
import { trainRun } from '../../runs/run.js'
import type { Cell } from '../../sweep/cell.js'
import { type CellOutcome, runGrid } from '../../sweep/run-grid.js'
import { watchGrid } from './grid-progress.js'
import { tellOutcome } from './outcomes.js'
import { watchProgress } from './progress.js'
import type { Terminal } from './terminal.js'

/** What it takes to train runs. */
export interface TrainingRequest {
  /** For a run that is alone; closed in the end. Processes of their own open them for themselves. */
  readonly dataset?: Dataset | undefined
  /** The most processes at once. */
  readonly workers?: number | undefined
  /** Tell each run's epochs and end, where it is not drawn. */
  readonly each: boolean
  readonly signal: AbortSignal
}

/**
 * Trains every run that is not complete yet: one whose data is given in this process, others in
 * processes of their own, side by side.
 *
 * @returns what became of each, in their order
 * @throws LimbicError if a run in this process cannot be trained
 */
export async function trainRuns(
  terminal: Terminal,
  cells: readonly Cell[],
  { dataset, workers, each, signal }: TrainingRequest,
): Promise<readonly CellOutcome[]> {
  const [first] = cells
  if (first && dataset) return [await trainHere(terminal, dataset, first, signal)]
  const watcher = watchGrid(terminal, cells.length, each)
  return runGrid({ cells, watcher, signal, ...(workers !== undefined && { workers }) }).finally(
    () => watcher.close(),
  )
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

/** How many processes --workers asks for; undefined where it is not given. */
export function readWorkers({ workers }: { readonly workers?: string }): number | undefined {
  return workers === undefined ? undefined : readCount('--workers', workers, 1)
}

/** Says once which data there are, and what was mended in them. */
export function introduce(terminal: Terminal, data: DatasetFacts): void {
  const { name, synthetic, notes, samples } = data
  terminal.record({ event: 'data', name, synthetic, samples, notes })
  terminal.note(
    `Data: ${nameOfData(data)}, ${samples.train} / ${samples.valid} / ${samples.test} samples`,
  )
  for (const note of notes) terminal.note(`  ${note}`)
}
