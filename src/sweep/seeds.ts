/** A folder of seeds: one configuration, a run for each seed in `seed-<k>`, and the plan. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { validate } from '../base/schema.js'
import { writeContentSafely } from '../disk/files.js'
import { acquireLock, lockPath } from '../disk/lock/index.js'
import { readYaml } from '../disk/yaml.js'
import { type RunConfig, runConfig } from '../learn/config.js'
import { RunFolder } from '../runs/folder.js'
import { sameRun } from '../runs/same-run.js'
import type { Cell } from './cell.js'

/** The plan of a folder of seeds: the configuration and the seeds. */
const plan = z.strictObject({ seeds: z.array(z.int().min(0)).min(1), config: runConfig })
export type SeedPlan = z.infer<typeof plan>

const planName = 'seeds.yaml'

/** One run per seed, in `folder/seed-<k>`. */
export function plannedSeeds(folder: string, { seeds, config }: SeedPlan): Cell[] {
  return seeds.map((seed) => runOf(join(folder, `seed-${seed}`), { ...config, seed }))
}

/** A run outside of any experiment. */
export function runOf(folder: string, config: RunConfig): Cell {
  return { row: config.model, label: `seed ${config.seed}`, folder, config }
}

/** Writes the plan of a folder of seeds. */
export function writePlan(folder: string, value: SeedPlan): void {
  writeContentSafely(join(folder, planName), stringify(value))
}

/** Undefined if the folder is not a folder of seeds. */
export function readPlan(folder: string): SeedPlan | undefined {
  const path = join(folder, planName)
  if (!existsSync(path)) return undefined
  return validate(plan, readYaml(path), path)
}

/** Whether a folder contains this plan or a part of it. */
export function samePlan(one: SeedPlan, other: SeedPlan): boolean {
  return sameRun({ ...one.config, seed: 0 }, { ...other.config, seed: 0 })
}

/**
 * Removes what a failed start left in a folder, so that the corrected command finds it empty. Runs
 * that have finished an epoch, or are in progress, stay.
 */
export function clearFailedStart(folder: string): void {
  const own = new RunFolder(folder)
  const before = readPlan(folder)
  if (!own.exists && before === undefined) return
  const lock = acquireLock(lockPath(folder))
  if (!lock.acquired) return
  try {
    if (!own.untrained) return
    own.removeStart()
    for (const seed of before?.seeds ?? []) {
      new RunFolder(join(folder, `seed-${seed}`)).removeStart()
    }
    rmSync(join(folder, planName), { force: true })
  } finally {
    lock.release()
  }
}
