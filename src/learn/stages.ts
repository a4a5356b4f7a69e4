/** The trainings of a model: one for everything, or one per stage. */
import { LimbicError } from '../base/errors.js'
import { add, type Tensor } from '../graph/index.js'
import type { ConfiguredModel, ModelOutputs, Stage } from '../models/define/model.js'
import type { TrainingConfig } from './config.js'
import type { EpochRecord } from './records.js'

/** One training: what it trains (everything unless it is a stage) and how. */
export interface StagePlan {
  readonly stage?: Stage
  readonly training: TrainingConfig
  /**
   * The learning rate of each epoch, copied from an earlier training. If given, nothing is
   * monitored and the last epoch is kept.
   */
  readonly schedule?: readonly number[]
}

/**
 * The trainings of a model, in order. A stage's settings override the run's, but no stage takes
 * more epochs than the run allows.
 */
export function planStages(model: ConfiguredModel, training: TrainingConfig): StagePlan[] {
  if (model.stages.length === 0) return [{ training }]
  const nowhere = (prefix: string) => !model.stages.some((stage) => touches(stage, prefix))
  return model.stages.map((stage, index) => ({
    stage,
    training: {
      ...training,
      ...stage.training,
      epochs: Math.min(training.epochs, stage.training.epochs ?? training.epochs),
      // A rate factor belongs to the stage that trains its parameters; one that matches nothing is
      // kept, so that it is reported.
      rates: Object.fromEntries(
        Object.entries(training.rates).filter(
          ([prefix]) => touches(stage, prefix) || (index === 0 && nowhere(prefix)),
        ),
      ),
    },
  }))
}

/** Whether a stage trains the parameter at this path. */
export function learns(stage: Stage | undefined, parameter: string): boolean {
  return !stage || stage.trains.some((prefix) => parameter.startsWith(prefix))
}

/** Whether a stage freezes everything under this path, including its dropout. */
export function isFrozen(stage: Stage | undefined, path: string): boolean {
  return stage !== undefined && !touches(stage, `${path}.`)
}

/**
 * The same trainings with a fixed schedule: the epochs and learning rates of earlier ones up to
 * their best epoch.
 */
export function repeatStages(
  plans: readonly StagePlan[],
  earlier: readonly (readonly EpochRecord[])[],
): StagePlan[] {
  return plans.map((plan, index) => {
    const records = earlier[index] ?? []
    const best = records.findLast((record) => record.best)?.epoch ?? 1
    const schedule = records.slice(0, best).map(({ rate }) => rate)
    return { ...plan, training: { ...plan.training, epochs: best, patience: best }, schedule }
  })
}

function touches(stage: Stage, path: string): boolean {
  return stage.trains.some((prefix) => path.startsWith(prefix) || `${prefix}.`.startsWith(path))
}

/** The prediction that a stage is evaluated by: the model's, or that of the head it trains. */
export function stagePrediction(
  outputs: ModelOutputs,
  stage: Stage | undefined,
): Tensor | undefined {
  if (!stage || stage.minimises.includes('prediction')) return outputs.prediction
  return stage.minimises.map((name) => outputs.heads?.[name]).find((head) => head !== undefined)
}

/**
 * The sum that a stage minimises: losses of predictions and heads, and objectives; without a stage,
 * the prediction's loss and every objective.
 *
 * @param lossOf the loss of a prediction on the target
 * @throws LimbicError for a name that the model does not have
 */
export function minimised(
  outputs: ModelOutputs,
  stage: Stage | undefined,
  lossOf: (prediction: Tensor) => Tensor,
): Tensor {
  const { prediction, heads = {}, objectives = {} } = outputs
  const names = stage?.minimises ?? ['prediction', ...Object.keys(objectives)]
  const terms = names.map((name) => {
    if (name === 'prediction') return lossOf(prediction)
    const head = heads[name]
    const objective = head ? lossOf(head) : objectives[name]
    if (objective) return objective
    throw new LimbicError(`no loss or objective is named "${name}"`, {
      where: `stage ${stage?.name}`,
      expected: ['prediction', ...Object.keys(heads), ...Object.keys(objectives)].join(', '),
    })
  })
  return terms.reduce((total, term) => add(total, term))
}

/** The names of the objectives that a stage minimises besides predictions. */
export function stageObjectives(
  outputs: ModelOutputs,
  stage: Stage | undefined,
): [string, Tensor][] {
  return Object.entries(outputs.objectives ?? {}).filter(([name]) =>
    stage?.minimises.includes(name),
  )
}
