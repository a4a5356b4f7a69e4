/** From a model, what it was trained on and its graph to what it says of itself. */
import type { Standardisation } from '../../data/prepare/standardise/standardise.js'
import { ends } from '../../learn/step/ends.js'
import { type EndedGraph, predictionGraph } from '../../learn/step/graphs.js'
import { fromRawFeatures } from '../../learn/step/inputs.js'
import { describeMap } from '../../models/define/maps.js'
import type { ConfiguredModel, Widths } from '../../models/define/model.js'
import type { KnownTask } from '../../task/kinds.js'
import type { Task } from '../../task/task.js'
import { inputsOf } from '../inputs.js'
import type { ModelDescription, TrainedOn } from './description.js'

/** A model that was trained, with all that its predictions depend on. */
export interface TrainedParts<Known extends Task = KnownTask> {
  readonly model: ConfiguredModel
  /** The number of raw features of each input. */
  readonly widths: Widths
  readonly task: Known
  /** Every parameter and buffer of the model, by name. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** What the features were standardised with in training; it becomes part of the graph. */
  readonly standardisation?: Standardisation
  /** The probability above which each emotion is predicted, where it is not one half. */
  readonly thresholds?: readonly number[]
  /** `rawGraph` of the parts, where it is built already. */
  readonly graph?: EndedGraph
}

/** The graph that predicts from raw features, with all maps. */
export function rawGraph({
  model,
  widths,
  task,
  standardisation,
}: Pick<TrainedParts<Task>, 'model' | 'widths' | 'task' | 'standardisation'>): EndedGraph {
  return predictionGraph(model, widths, task, 'all', fromRawFeatures(standardisation))
}

/** @param graph its maps are described: all, or those that a file is to hold */
export function describeParts<Known extends Task>(
  { model, widths, task, standardisation = {}, thresholds }: TrainedParts<Known>,
  { outputs }: Pick<EndedGraph, 'outputs'>,
  trainedOn: TrainedOn,
): ModelDescription<Known> {
  const inputs = inputsOf(model, widths)
  return {
    name: model.model.name,
    settings: model.settings,
    task,
    inputs,
    maps: [...outputs].flatMap(([name, { shape }]) =>
      name === ends.prediction
        ? []
        : {
            ...describeMap(name),
            axes: shape.map((size) => (typeof size === 'number' ? size : String(size))),
          },
    ),
    ...(thresholds && { thresholds }),
    standardised: inputs.flatMap(({ name }) => (standardisation[name] ? name : [])),
    trainedOn: trainedOnOf(trainedOn),
  }
}

/** Of all that is known of data, what a model says of them. */
function trainedOnOf({ name, synthetic, recipe }: TrainedOn): TrainedOn {
  return { name, synthetic, ...(recipe && { recipe }) }
}
