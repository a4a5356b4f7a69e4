/** Plans which runs a command trains, and in which folders. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { dottedName, slug } from '../../base/slug.js'
import type { Dataset } from '../../data/dataset.js'
import type { RunConfig } from '../../learn/config.js'
import { RunFolder } from '../../runs/folder.js'
import { openModel } from '../../runs/model-file/index.js'
import { sameRun } from '../../runs/same-run.js'
import type { Cell } from '../../sweep/cell.js'
import {
  clearFailedStart,
  plannedSeeds,
  readPlan,
  runOf,
  samePlan,
  writePlan,
} from '../../sweep/seeds.js'

/** The runs to train, and their common folder. */
export interface Planned {
  readonly folder: string
  readonly cells: readonly Cell[]
}

export function planOne(config: RunConfig, dataset: Dataset, out: string | undefined): Planned {
  const folder = out ?? freeFolder(config, dataset, (path) => holdsRun(path, config))
  if (!holdsRun(folder, config)) clearFailedStart(folder)
  if (readPlan(folder)) throw otherRuns(folder, 'Give their number with --seeds, or choose')
  return { folder, cells: [runOf(folder, config)] }
}

export function planSeeds(
  config: RunConfig,
  dataset: Dataset,
  count: number,
  out: string | undefined,
): Planned {
  const seeds = Array.from({ length: count }, (_, k) => config.seed + k)
  const plan = { config, seeds }
  const holdsPlan = (path: string) => {
    const before = readPlan(path)
    return before !== undefined && samePlan(before, plan)
  }
  const folder = out ?? freeFolder(config, dataset, holdsPlan)
  if (!holdsPlan(folder)) clearFailedStart(folder)
  if (existsSync(folder) && !holdsPlan(folder) && holdsSomething(folder)) {
    throw otherRuns(folder, 'Choose')
  }
  // Seeds requested earlier are still trained when the folder is resumed.
  const all = [...new Set([...(readPlan(folder)?.seeds ?? []), ...seeds])]
  writePlan(folder, { config, seeds: all.sort((one, other) => one - other) })
  return { folder, cells: plannedSeeds(folder, plan) }
}

/** The first of runs/MODEL-DATA-1, -2, ... that is free or holds the same runs. */
function freeFolder(
  { model }: RunConfig,
  { name }: Dataset,
  holdsThis: (path: string) => boolean,
): string {
  for (let number = 1; ; number++) {
    const path = join('runs', `${dottedName(openModel(model).name)}-${slug(name)}-${number}`)
    if (!existsSync(path) || holdsThis(path)) return path
  }
}

function holdsRun(path: string, config: RunConfig): boolean {
  const folder = new RunFolder(path)
  return folder.exists && sameRun(folder.readConfig(), config)
}

function holdsSomething(path: string): boolean {
  return readPlan(path) !== undefined || new RunFolder(path).exists
}

function otherRuns(folder: string, advice: string): LimbicError {
  return new LimbicError('the folder contains other runs', {
    where: folder,
    hint: `${advice} another folder, or delete this one`,
  })
}
