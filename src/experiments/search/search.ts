/** A search: trials of a space, trained in rounds, and what came of them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import { writeContentSafely } from '../../disk/files.js'
import { readYaml } from '../../disk/yaml.js'
import { type RunConfig, runConfig } from '../../learn/config.js'
import { renderTable } from '../../report/tables/render.js'
import type { Table } from '../../report/tables/table.js'
import { RunFolder } from '../../runs/folder.js'
import { amendConfig, amendRun } from '../../runs/open/amend.js'
import { sameRun } from '../../runs/same-run.js'
import type { Cell } from '../../sweep/cell.js'
import type { CellOutcome } from '../../sweep/run-grid.js'
import { roundsOf, type Scored, survivorsOf } from './halving.js'
import { importanceOf } from './importance.js'
import { configAt, type Point, samplePoints, samplers, spaceSchema } from './space.js'

/** What a folder of a search is for. */
const planSchema = z.strictObject({
  space: spaceSchema,
  sampler: z.enum(samplers),
  trials: z.int().positive(),
  /** Of the first round; as many as there are unless trials are halved. */
  firstEpochs: z.int().positive().optional(),
  eta: z.number().min(1.5).optional(),
  config: runConfig,
})
export type SearchPlan = z.infer<typeof planSchema>

const planName = 'search.yaml'

/** One trial, and how it came out so far. */
export interface Trial {
  readonly name: string
  readonly point: Point
  /** The most epochs that it was given. */
  readonly epochs: number
  /** Of its best epoch; absent where it failed. */
  readonly validLoss?: number
  readonly failed?: string
}

export interface SearchResult {
  /** Best first; by validation loss among those of the last round, then those before. */
  readonly trials: readonly Trial[]
  readonly best: Trial
  readonly importance: Readonly<Record<string, number>>
  readonly table: Table
  /** The folder of the best run. */
  readonly folder: string
}

/** Trains cells; undefined if it was stopped. */
export type TrainCells = (cells: readonly Cell[]) => Promise<readonly CellOutcome[] | undefined>

/**
 * Trains the trials of a search round by round and keeps `search.yaml`, `table.csv` and `table.md` in
 * its folder. Repeated, it goes on; with more trials, it adds to those that are there. Trials are
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
  const all = samplePoints(space, sampler, trials, config.seed).map((point, number) => ({
    name: `trial-${number}`,
    point,
    config: configAt(config, point),
  }))
  keepPlan(folder, plan)
  const known = new Map<string, Trial>()
  let open = all
  for (const [round, length] of rounds.entries()) {
    const cells = open.map((trial) => cellOf(folder, trial.name, trial.config, length))
    const outcomes = await train(cells)
    if (!outcomes || outcomes.some(({ state }) => state === 'stopped')) return undefined
    const scored = open.flatMap((trial, index): Scored<typeof trial>[] => {
      const outcome = outcomes[index]
      const { name, point } = trial
      if (outcome?.state === 'failed') {
        known.set(name, { name, point, epochs: length, failed: outcome.message })
      }
      if (outcome?.state !== 'complete') return []
      const loss = outcome.results.valid.loss ?? Number.POSITIVE_INFINITY
      known.set(name, { name, point, epochs: length, validLoss: loss })
      return [{ trial, loss }]
    })
    if (scored.length === 0) break
    if (round + 1 < rounds.length) open = survivorsOf(scored, eta).map(({ trial }) => trial)
  }
  return resultOf(folder, plan, [...known.values()])
}

/** The run of a trial; one that has trained for fewer epochs goes on. */
function cellOf(folder: string, name: string, config: RunConfig, epochs: number): Cell {
  const place = join(folder, name)
  const wanted = amendConfig(config, { epochs })
  const run = new RunFolder(place)
  // What has gone on for longer is not undone: a repeated search finds it as it was left.
  const before = run.exists ? run.readConfig().training.epochs : 0
  if (before < epochs && run.exists) amendRun(run, { epochs })
  const now = before > epochs ? amendConfig(config, { epochs: before }) : wanted
  return { row: name, label: name, folder: place, config: now }
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
  const table = tableOf(plan, ranked)
  writeContentSafely(join(folder, 'table.csv'), renderTable(table, 'csv'))
  writeContentSafely(join(folder, 'table.md'), renderTable(table, 'markdown'))
  return { trials: ranked, best, importance, table, folder: join(folder, best.name) }
}

function tableOf({ space }: SearchPlan, trials: readonly Trial[]): Table {
  const names = Object.keys(space)
  return {
    caption: 'Trials by validation loss',
    columns: [
      { header: 'Trial' },
      ...names.map((header) => ({ header, align: 'right' as const })),
      { header: 'Epochs', align: 'right' },
      { header: 'Validation loss', digits: 4 },
    ],
    rows: trials.map(({ name, point, epochs, validLoss, failed }) => [
      name,
      ...names.map((setting) => String(point[setting] ?? '')),
      epochs,
      failed === undefined ? (validLoss ?? null) : 'failed',
    ]),
  }
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
