/** Trains one run after another, shown on the terminal, each going on where it was left. */
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { nameOfData } from '../data/name.js'
import type { Dataset } from '../data/types.js'
import { writeContentSafely } from '../files.js'
import { type RunConfig, runConfig } from '../train/config.js'
import { sameRun, trainRun } from '../train/run.js'
import { RunFolder } from '../train/run-folder.js'
import { readYaml } from '../train/yaml.js'
import { validate } from '../validation.js'
import { describeRun, watchProgress } from './progress.js'
import type { RunGroup } from './runs.js'
import { summariseGroup, summaryRecord } from './summaries.js'
import type { Terminal } from './terminal.js'

/** One run that is to be trained. */
export interface PlannedRun {
  readonly label: string
  readonly config: RunConfig
  readonly folder: string
}

/**
 * Trains every run that is not complete yet, in order.
 *
 * @returns the run that was stopped by the signal, undefined if all are complete
 */
export async function trainRuns(
  terminal: Terminal,
  dataset: Dataset,
  runs: readonly PlannedRun[],
  signal: AbortSignal,
): Promise<PlannedRun | undefined> {
  for (const run of runs) {
    const { label, config, folder } = run
    const before = new RunFolder(folder).complete
    const watcher = watchProgress(terminal, label, config.training.monitor)
    const outcome = await trainRun({ config, dataset, folder, watcher, signal }).finally(() =>
      watcher.close(),
    )
    if (outcome.state === 'stopped') return run
    const { results } = outcome
    terminal.record({ event: 'run', label, seed: config.seed, folder, resumed: before, results })
    terminal.note(
      before ? `${label}: complete already` : `${label}: ${describeRun(results, config)}`,
    )
  }
  return undefined
}

/** What a folder of seeds is for: the configuration, and which seeds. */
const plan = z.strictObject({ seeds: z.array(z.int().min(0)).min(1), config: runConfig })
export type SeedPlan = z.infer<typeof plan>

const planName = 'seeds.yaml'

/** One run a seed, in `folder/seed-<k>`. */
export function plannedSeeds(folder: string, { seeds, config }: SeedPlan): PlannedRun[] {
  return seeds.map((seed) => ({
    label: `seed ${seed}`,
    config: { ...config, seed },
    folder: join(folder, `seed-${seed}`),
  }))
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
export function groupOf(folder: string, runs: readonly PlannedRun[]): RunGroup {
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
