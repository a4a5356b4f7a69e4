/** Runs the trainings of a run in order. */

import { LimbicError } from '../../base/errors.js'
import type { EpochRecord, StageRecord } from '../../learn/records.js'
import { planStages, repeatStages, type StagePlan } from '../../learn/stages.js'
import { Trainer } from '../../learn/trainer.js'
import type { Share } from '../../learn/watcher.js'
import { nodeEngine } from '../../runtime/node.js'
import { keepIn } from '../files/keeper.js'
import type { RunFolder } from '../folder.js'
import { finish } from './finish.js'
import type { Parts, RunOutcome } from './request.js'

/**
 * Trains stage after stage, each from the result of the one before, then predicts.
 *
 * @param selection a run on the training data alone, to be repeated on more data
 */
export async function trainStages(parts: Parts, selection?: RunFolder): Promise<RunOutcome> {
  const { request, model, folder, parameters } = parts
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
    const trainer = await Trainer.open({
      ...parts,
      plan,
      seed: config.seed,
      engine: nodeEngine,
      keeper: keepIn(place, model.model.name),
      initial: weights,
    })
    try {
      watcher.started?.({
        ...trainer.about,
        ...(plan.stage && { turn: { number: index + 1, count: plans.length } }),
        refit: selection !== undefined,
        ...(parts.beginning && index === 0 && { beginning: parts.beginning }),
        share: shareOf(plans, index),
      })
      while (!trainer.finished) {
        const record = await trainer.epoch(watcher, signal)
        if (!record) return { state: 'stopped', epoch: trainer.progress.epoch }
        watcher.finishedEpoch?.(record)
      }
      weights = await trainer.bestWeights()
      if (last) {
        const stages = [...before, trainer.record]
        const { predictor } = trainer
        const results = await finish(parts, { weights, stages, predictor, selection })
        return { state: 'complete', results }
      }
      place.writeStage(trainer.record)
      before.push(trainer.record)
    } finally {
      await trainer.close()
    }
  }
  throw new LimbicError('the model has no training stages', { where: config.model })
}

/** A training's share of all possible epochs. */
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
