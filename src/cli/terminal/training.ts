/** Trains runs, shown on the terminal, each going on where it was left; and folders of seeds. */
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { validate } from '../../base/schema.js'
import { readCount } from '../../base/values.js'
import type { Dataset } from '../../data/dataset.js'
import { nameOfData } from '../../data/name.js'
import { writeContentSafely } from '../../disk/files.js'
import { readYaml } from '../../disk/yaml.js'
import { summariseGroup, summaryRecord } from '../../experiments/summaries.js'
import { type RunConfig, runConfig } from '../../learn/config.js'
import type { RunGroup } from '../../runs/find.js'
import { RunFolder } from '../../runs/folder.js'
import { trainRun } from '../../runs/run.js'
import { sameRun } from '../../runs/same-run.js'
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
 * Trains every run that is not complete yet: one whose data are given in this process, others in
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

/** What a folder of seeds is for: the configuration, and which seeds. */
const plan = z.strictObject({ seeds: z.array(z.int().min(0)).min(1), config: runConfig })
export type SeedPlan = z.infer<typeof plan>

const planName = 'seeds.yaml'

/** One run a seed, in `folder/seed-<k>`. */
export function plannedSeeds(folder: string, { seeds, config }: SeedPlan): Cell[] {
  return seeds.map((seed) => runOf(join(folder, `seed-${seed}`), { ...config, seed }))
}

/** A run of `limbic train`. */
export function runOf(folder: string, config: RunConfig): Cell {
  return { row: config.model, label: `seed ${config.seed}`, folder, config }
}

/** Writes down what a folder of seeds is for. */
export function writePlan(folder: string, value: SeedPlan): void {
  writeContentSafely(join(folder, planName), stringify(value))
}

/** Undefined where the folder is not one of seeds. */
export function readPlan(folder: string): SeedPlan | undefined {
  const path = join(folder, planName)
  if (!existsSync(path)) return undefined
  return validate(plan, readYaml(path), path)
}

/** Whether a folder holds this very plan or a part of it. */
export function samePlan(one: SeedPlan, other: SeedPlan): boolean {
  return sameRun({ ...one.config, seed: 0 }, { ...other.config, seed: 0 })
}

/** The runs of a list, side by side. */
export function groupOf(folder: string, runs: readonly Cell[]): RunGroup {
  const name = basename(resolve(folder))
  return { path: folder, name, runs: runs.map((run) => new RunFolder(run.folder)) }
}

/** Writes `summary.json` of complete runs: each metric of each seed, mean and deviation. */
export function writeSummary(group: RunGroup): void {
  const content = Object.fromEntries(
    (['valid', 'test'] as const).map((split) => [
      split,
      summaryRecord(summariseGroup(group, split), split),
    ]),
  )
  writeContentSafely(join(group.path, 'summary.json'), `${JSON.stringify(content, null, 2)}\n`)
}

/** Says once which data there are, and what was mended in them. */
export function introduce(terminal: Terminal, dataset: Dataset): void {
  const { name, synthetic, notes, splits } = dataset
  const samples = {
    train: splits.train.ids.length,
    valid: splits.valid.ids.length,
    test: splits.test.ids.length,
  }
  terminal.record({ event: 'data', name, synthetic, samples, notes })
  terminal.note(
    `Data: ${nameOfData(dataset)}, ${samples.train} / ${samples.valid} / ${samples.test} samples`,
  )
  for (const note of notes) terminal.note(`  ${note}`)
}
