/** The trainings of a run in turn. */

import { LimbicError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { HeldLock } from '../disk/lock/index.js'
import type { Parameter } from '../graph/graph.js'
import type { Beginning, EpochRecord, StageRecord } from '../learn/records.js'
import { planStages, repeatStages, type StagePlan } from '../learn/stages.js'
import { Learner } from '../learn/trainer.js'
import type { Share } from '../learn/watcher.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import type { SessionOptions } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import { conclude } from './conclude.js'
import type { RunFolder } from './folder.js'
import type { RunOutcome, RunRequest } from './run.js'

/** Everything that the trainings of a run share. */
export interface Parts {
  readonly request: RunRequest
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly folder: RunFolder
  /** Confirmed before anything is written. */
  readonly lock: Pick<HeldLock, 'confirm'>
  readonly session: SessionOptions
  /** The model's, in the order of their declaration. */
  readonly parameters: readonly Parameter[]
  /** Parameters that the model is given instead of starting at random, by name. */
  readonly given: ReadonlyMap<string, Float32Array>
  /** What of them comes from another run, where this one begins now. */
  readonly beginning?: Beginning
}

/**
 * Trains stage after stage, each from where the one before ended, then predicts.
 *
 * @param selection a run of the same on the training data alone, to be repeated on more
 */
export async function trainStages(parts: Parts, selection?: RunFolder): Promise<RunOutcome> {
  const { request, model, folder, lock, parameters } = parts
  const { config, watcher = {}, signal } = request
  const once = planStages(model, config.training)
  const plans = selection ? repeatStages(once, epochsOf(selection, once)) : once
  const before: StageRecord[] = []
  let weights = parts.given
  for (const [index, plan] of plans.entries()) {
    const last = index === plans.length - 1
    const place = placeOf(folder, plans, index)
    const done = last ? undefined : place.readStage()
    if (done) {
      before.push(done)
      weights = place.readWeights(new Map(parameters.map(({ name, shape }) => [name, shape])))
      continue
    }
    const learner = await Learner.open({
      ...parts,
      plan,
      seed: config.seed,
      folder: place,
      confirm: lock.confirm,
      initial: weights,
    })
    try {
      watcher.started?.({
        ...learner.about,
        ...(plan.stage && { turn: { number: index + 1, count: plans.length } }),
        refit: selection !== undefined,
        ...(parts.beginning && index === 0 && { beginning: parts.beginning }),
        share: shareOf(plans, index),
      })
      while (!learner.finished) {
        const record = await learner.epoch(watcher, signal)
        if (!record) return { state: 'stopped', epoch: learner.progress.epoch }
        watcher.finishedEpoch?.(record)
      }
      weights = learner.bestWeights()
      if (last) {
        const stages = [...before, learner.record]
        const { predictor } = learner
        lock.confirm()
        const results = await conclude(parts, { weights, stages, predictor, selection })
        return { state: 'complete', results }
      }
      place.writeStage(learner.record)
      before.push(learner.record)
    } finally {
      await learner.close()
    }
  }
  throw new LimbicError('a model without stages to train', { where: config.model })
}

/** Which part of all epochs that may come is a training's. */
function shareOf(plans: readonly StagePlan[], index: number): Share {
  const epochs = (some: readonly StagePlan[]) =>
    some.reduce((total, { training }) => total + training.epochs, 0)
  const all = epochs(plans)
  return { from: epochs(plans.slice(0, index)) / all, to: epochs(plans.slice(0, index + 1)) / all }
}

/** The last stage is kept in the run's own folder, the others below it. */
function placeOf(folder: RunFolder, plans: readonly StagePlan[], index: number): RunFolder {
  const name = plans[index]?.stage?.name ?? 'all'
  return index === plans.length - 1 ? folder : folder.stage(index + 1, name)
}

function epochsOf(run: RunFolder, plans: readonly StagePlan[]): EpochRecord[][] {
  return plans.map((_, index) => placeOf(run, plans, index).readEpochs())
}
