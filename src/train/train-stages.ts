/** The trainings of a run in turn. */
import type { Dataset } from '../data/types.js'
import { LimbicError } from '../errors.js'
import type { Parameter } from '../graph/graph.js'
import type { ConfiguredModel, Widths } from '../models/model.js'
import type { SessionOptions } from '../runtime/session.js'
import { conclude } from './conclude.js'
import { givenWeights } from './given-weights.js'
import { Learner } from './learner.js'
import type { RunOutcome, RunRequest } from './run.js'
import type { RunFolder, StageRecord } from './run-folder.js'
import { planStages } from './stages.js'
import type { Task } from './task.js'

/** Everything that the trainings of a run share. */
export interface Parts {
  readonly request: RunRequest
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly folder: RunFolder
  readonly session: SessionOptions
  /** The model's, in the order of their declaration. */
  readonly parameters: readonly Parameter[]
}

/** Trains stage after stage, each from where the one before ended, then predicts. */
export async function trainStages(parts: Parts): Promise<RunOutcome> {
  const { request, model, task, folder, parameters } = parts
  const { config, watcher = {}, signal } = request
  const plans = planStages(model, config.training)
  const before: StageRecord[] = []
  let weights = await givenWeights(model, task, config.data)
  for (const [index, plan] of plans.entries()) {
    const last = index === plans.length - 1
    const place = last ? folder : folder.stage(index + 1, plan.stage?.name ?? 'all')
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
      initial: weights,
    })
    try {
      watcher.started?.(learner.about)
      while (!learner.finished) {
        const record = await learner.epoch(watcher, signal)
        if (!record) return { state: 'stopped', epoch: learner.progress.epoch }
        watcher.finishedEpoch?.(record)
      }
      weights = learner.bestWeights()
      if (last)
        return { state: 'complete', results: await conclude(parts, weights, plan, learner, before) }
      place.writeStage(learner.record)
      before.push(learner.record)
    } finally {
      await learner.close()
    }
  }
  throw new LimbicError('a model without stages to train', { where: config.model })
}
