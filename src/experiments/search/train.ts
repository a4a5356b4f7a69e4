/** Trains the trials of a search, in rounds or asynchronously; both resume where they were interrupted. */
import { join } from 'node:path'
import type { RunConfig } from '../../learn/config.js'
import { RunFolder } from '../../runs/folder.js'
import { amendConfig, amendRun } from '../../runs/open/amend.js'
import type { Cell } from '../../sweep/cell.js'
import type { CellOutcome, MoreCells } from '../../sweep/run-grid.js'
import { runUnderWay } from '../../sweep/travel/publish.js'
import { Asha, type Promotion } from './asha.js'
import { type Scored, survivorsOf } from './halving.js'
import type { Point } from './space.js'

/** One trial and its results so far. */
export interface Trial {
  readonly name: string
  readonly point: Point
  /** The most epochs that it was given. */
  readonly epochs: number
  /** Of its best epoch; absent where it failed. */
  readonly validLoss?: number
  readonly failed?: string
}

/** A trial before it is trained. */
export interface PlannedTrial {
  readonly name: string
  readonly point: Point
  readonly config: RunConfig
}

/** Trains cells, and those that are added meanwhile; undefined if it was stopped. */
export type TrainCells = (
  cells: readonly Cell[],
  growing?: {
    readonly more: MoreCells
    /** How many cells cores are divided by. */
    readonly size: number
  },
) => Promise<readonly CellOutcome[] | undefined>

export interface SearchTraining {
  readonly folder: string
  readonly trials: readonly PlannedTrial[]
  /** The epochs of each round, from the first to all. */
  readonly rounds: readonly number[]
  readonly eta: number
  readonly train: TrainCells
}

/** Trains round by round; the best of each go on once all have finished it. */
export async function trainInRounds({
  folder,
  trials,
  rounds,
  eta,
  train,
}: SearchTraining): Promise<readonly Trial[] | undefined> {
  const known = new Map<string, Trial>()
  let open = trials
  for (const [round, length] of rounds.entries()) {
    const cells = open.map((trial) => cellOf(folder, trial, length))
    const outcomes = await train(cells)
    if (!outcomes || outcomes.some(({ state }) => state === 'stopped')) return undefined
    const scored = open.flatMap((trial, index): Scored<PlannedTrial>[] => {
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
  return [...known.values()]
}

/**
 * Trains by asynchronous halving (`asha.ts`). What has been trained before is read from the runs: how
 * many epochs each was given, and its validation loss after those of each round.
 */
export async function trainAsynchronously({
  folder,
  trials,
  rounds,
  eta,
  train,
}: SearchTraining): Promise<readonly Trial[] | undefined> {
  const asha = new Asha(rounds.length, eta)
  const known = new Map<number, Trial>()
  const under = new Map<Cell, Promotion>()
  let [running, stopped] = [0, false]
  const finished = (number: number, rung: number) => {
    const { name = '', point = {} } = trials[number] ?? {}
    const epochs = rounds[rung] ?? 0
    const loss = lossAfter(join(folder, name), epochs)
    asha.finished(number, rung, loss)
    known.set(number, { name, point, epochs, validLoss: loss })
  }
  const begin = (promotion: Promotion | undefined): Cell[] => {
    const trial = promotion && trials[promotion.trial]
    if (!trial) return []
    const { rung } = promotion
    const cell = { ...cellOf(folder, trial, rounds[rung] ?? 0), urgency: rung }
    under.set(cell, promotion)
    running++
    return [cell]
  }
  const cells = trials.flatMap((trial, number) => {
    const run = knownRun(join(folder, trial.name))
    const given = run.exists ? run.readConfig().training.epochs : 0
    const rung = Math.max(
      0,
      rounds.findIndex((epochs) => epochs >= given),
    )
    for (let below = 0; below < rung; below++) {
      asha.finished(number, below, lossAfter(run.path, rounds[below] ?? 0))
      asha.wentOn(number, below)
    }
    if (!run.exists || !run.complete) return begin({ trial: number, rung })
    finished(number, rung)
    return []
  })
  const due = () => {
    const next = asha.promotions().flatMap(begin)
    return next.length === 0 && running === 0 ? begin(asha.last()) : next
  }
  const more: MoreCells = (outcome) => {
    const promotion = under.get(outcome.cell)
    if (!promotion) return []
    running--
    const { trial: number, rung } = promotion
    if (outcome.state === 'stopped') stopped = true
    if (outcome.state === 'complete') finished(number, rung)
    if (outcome.state === 'failed') {
      const { name = '', point = {} } = trials[number] ?? {}
      known.set(number, { name, point, epochs: rounds[rung] ?? 0, failed: outcome.message })
    }
    return due()
  }
  cells.push(...due())
  const outcomes = cells.length === 0 ? [] : await train(cells, { more, size: trials.length })
  if (!outcomes || stopped || outcomes.some(({ state }) => state === 'stopped')) return undefined
  return [...known].sort(([one], [other]) => one - other).map(([, trial]) => trial)
}

/** The validation loss at the best of the first epochs of a run. */
function lossAfter(path: string, epochs: number): number {
  const run = new RunFolder(path)
  // In a refit, the first half decides.
  const { refit } = run.readConfig().training
  const records = (refit ? new RunFolder(run.file('selection')) : run).readEpochs()
  const best = records.filter(({ epoch }) => epoch <= epochs).findLast((record) => record.best)
  return best?.validLoss ?? Number.POSITIVE_INFINITY
}

/** The run of a trial in its folder, or under way with a worker. */
function knownRun(place: string): RunFolder {
  const run = new RunFolder(place)
  return run.exists ? run : (runUnderWay(place) ?? run)
}

/** The run of a trial; one that has trained for fewer epochs goes on. */
function cellOf(folder: string, { name, config }: PlannedTrial, epochs: number): Cell {
  const place = join(folder, name)
  const run = new RunFolder(place)
  // What has gone on for longer is not undone: a repeated search finds it as it was left.
  const known = knownRun(place)
  const before = known.exists ? known.readConfig().training.epochs : 0
  if (before < epochs && run.exists) amendRun(run, { epochs })
  const now = amendConfig(config, { epochs: Math.max(before, epochs) })
  return { row: name, label: name, folder: place, config: now }
}
