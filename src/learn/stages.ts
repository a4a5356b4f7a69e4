/** The trainings that make a model: one of everything, or one a stage. */
import { LimbicError } from '../base/errors.js'
import { add, type Tensor } from '../graph/index.js'
import type { ConfiguredModel, ModelOutputs, Stage } from '../models/define/model.js'
import type { TrainingConfig } from './config.js'
import type { EpochRecord } from './records.js'

/** One training: what learns in it (everything unless there is a stage) and how. */
export interface StagePlan {
  readonly stage?: Stage
  readonly training: TrainingConfig
  /**
   * The rate of each epoch, as an earlier training came to them: nothing is watched then, and the
   * last epoch is kept.
   */
  readonly schedule?: readonly number[]
}

/**
 * The trainings of a model, in turn. A stage's own settings stand above the run's, but no stage
 * takes more epochs than the run allows.
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
      // A rate's factor belongs to the stage that trains what it is for; one for nothing is kept,
      // so that it is found and refused.
      rates: Object.fromEntries(
        Object.entries(training.rates).filter(
          ([prefix]) => touches(stage, prefix) || (index === 0 && nowhere(prefix)),
        ),
      ),
    },
  }))
}

/** Whether a stage changes the parameter of this path. */
export function learns(stage: Stage | undefined, parameter: string): boolean {
  return !stage || stage.trains.some((prefix) => parameter.startsWith(prefix))
}

/** Whether nothing under this path changes in a stage, so that its dropout rests as well. */
export function isFrozen(stage: Stage | undefined, path: string): boolean {
  return stage !== undefined && !touches(stage, `${path}.`)
}

/** The same trainings for as many epochs, at the same rates, as earlier ones took to their best. */
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

/** The prediction that a stage is judged by: the model's, or that of the head that it trains. */
export function stagePrediction(
  outputs: ModelOutputs,
  stage: Stage | undefined,
): Tensor | undefined {
  if (!stage || stage.minimises.includes('prediction')) return outputs.prediction
  return stage.minimises.map((name) => outputs.heads?.[name]).find((head) => head !== undefined)
}

/**
 * What a stage makes small, added up: the losses of predictions and heads, and objectives; without
 * a stage, the prediction's loss and every objective.
 *
 * @param lossOf the loss of a prediction on the target
 * @throws LimbicError for a name that the model does not give
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
    throw new LimbicError(`nothing named "${name}" can be reduced`, {
      where: `stage ${stage?.name}`,
      expected: ['prediction', ...Object.keys(heads), ...Object.keys(objectives)].join(', '),
    })
  })
  return terms.reduce((total, term) => add(total, term))
}

/** The objectives that a stage makes small besides predictions, by name. */
export function stageObjectives(
  outputs: ModelOutputs,
  stage: Stage | undefined,
): [string, Tensor][] {
  return Object.entries(outputs.objectives ?? {}).filter(([name]) =>
    stage?.minimises.includes(name),
  )
}
