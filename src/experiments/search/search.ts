/** A search: trials of a space, trained in rounds, and their results. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import { writeContentSafely } from '../../disk/files.js'
import { readYaml } from '../../disk/yaml.js'
import { runConfig } from '../../learn/config.js'
import type { Table } from '../../report/tables/table.js'
import { RunFolder } from '../../runs/folder.js'
import { sameRun } from '../../runs/same-run.js'
import { roundsOf } from './halving.js'
import { importanceOf } from './importance.js'
import { writeFindings } from './report.js'
import { configAt, samplePoints, samplers, spaceSchema } from './space.js'
import { type TrainCells, type Trial, trainAsynchronously, trainInRounds } from './train.js'

/** What a folder of a search is for. */
const planSchema = z.strictObject({
  space: spaceSchema,
  sampler: z.enum(samplers),
  trials: z.int().positive(),
  /** Of the first round; default: all epochs, without halving. */
  firstEpochs: z.int().positive().optional(),
  eta: z.number().min(1.5).optional(),
  /** Whether trials go on without waiting for the others of their round. */
  asynchronous: z.literal(true).optional(),
  config: runConfig,
})
export type SearchPlan = z.infer<typeof planSchema>

const planName = 'search.yaml'

export interface SearchResult {
  /** Best first; by validation loss among those of the last round, then those before. */
  readonly trials: readonly Trial[]
  readonly best: Trial
  readonly importance: Readonly<Record<string, number>>
  readonly table: Table
  /** The folder of the best run. */
  readonly folder: string
}

/**
 * Trains the trials of a search and keeps `search.yaml`, `report.html`, `table.csv` and `table.md` in
 * its folder. Repeating it resumes it; with more trials, it adds to the existing ones. Trials are
 * chosen by their validation loss alone.
 *
 * @returns undefined if it was stopped
 * @throws LimbicError if the space does not fit, the folder is of another search, or every trial fails
 */
export async function runSearch(
  folder: string,
  plan: SearchPlan,
  train: TrainCells,
): Promise<SearchResult | undefined> {
  const { space, sampler, trials, config, eta = 3, firstEpochs } = plan
  const { epochs } = config.training
  const rounds = firstEpochs === undefined ? [epochs] : roundsOf(epochs, firstEpochs, eta)
  // A value that does not fit is found before anything is trained.
  const planned = samplePoints(space, sampler, trials, config.seed).map((point, number) => ({
    name: `trial-${number}`,
    point,
    config: configAt(config, point),
  }))
  keepPlan(folder, plan)
  const inTurn = plan.asynchronous ? trainAsynchronously : trainInRounds
  const trained = await inTurn({ folder, trials: planned, rounds, eta, train })
  return trained && resultOf(folder, plan, trained)
}

function resultOf(folder: string, plan: SearchPlan, trials: readonly Trial[]): SearchResult {
  const loss = ({ validLoss = Number.POSITIVE_INFINITY }: Trial) => validLoss
  const ranked = [...trials].sort(
    (one, other) => other.epochs - one.epochs || loss(one) - loss(other),
  )
  const [best] = ranked.filter(({ failed }) => failed === undefined)
  if (!best) {
    throw new LimbicError('every trial failed', {
      where: folder,
      ...(trials[0]?.failed !== undefined && { got: trials[0].failed }),
    })
  }
  const complete = trials.filter(({ validLoss }) => validLoss !== undefined)
  const importance = importanceOf(
    plan.space,
    complete.map(({ point }) => point),
    complete.map(loss),
  )
  const table = writeFindings(folder, {
    ...{ space: plan.space, trials: ranked, importance },
    facts: factsOf(plan),
  })
  return { trials: ranked, best, importance, table, folder: join(folder, best.name) }
}

function factsOf({ config, sampler, trials, firstEpochs, eta, asynchronous }: SearchPlan) {
  const { epochs } = config.training
  const halved = asynchronous ? 'asynchronous successive halving' : 'successive halving'
  return [
    ['Model', config.model],
    ['Data', config.data.path],
    ['Points', `${trials}, ${sampler}, seed ${config.seed}`],
    [
      'Training',
      firstEpochs === undefined
        ? `${epochs} epochs at most`
        : `${halved} from ${firstEpochs} to ${epochs} epochs, 1 of ${eta} goes on`,
    ],
  ] as const
}

/** @throws LimbicError if the folder is of another search, or of fewer trials */
function keepPlan(folder: string, plan: SearchPlan): void {
  const path = join(folder, planName)
  if (existsSync(path)) {
    const before = validate(planSchema, readYaml(path), path)
    const essence = ({ trials: _, config: __, ...rest }: SearchPlan) => JSON.stringify(rest)
    if (essence(before) !== essence(plan) || !sameRun(before.config, plan.config)) {
      throw new LimbicError('the folder is of another search', {
        where: folder,
        hint: 'Choose another folder with --out, or delete this one',
      })
    }
  } else if (new RunFolder(folder).foreignFile() !== undefined) {
    throw new LimbicError('the folder contains something else', {
      where: folder,
      hint: 'Choose another folder with --out',
    })
  }
  writeContentSafely(path, stringify(plan))
}
