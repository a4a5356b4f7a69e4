/** Describes a model from its definition, training data and graph. */
import type { Standardisation } from '../../data/prepare/standardise/standardise.js'
import type { EndedGraph } from '../../learn/step/ended-graph.js'
import { ends } from '../../learn/step/ends.js'
import { predictionGraph } from '../../learn/step/graphs.js'
import { fromRawFeatures } from '../../learn/step/inputs.js'
import { describeMap } from '../../models/define/maps.js'
import type { ConfiguredModel, Widths } from '../../models/define/model.js'
import type { KnownTask } from '../../task/kinds.js'
import type { Task } from '../../task/task.js'
import { inputsOf } from '../inputs.js'
import type { ModelDescription, TrainedOn } from './description.js'

/** A trained model, with everything that its predictions depend on. */
export interface TrainedParts<Known extends Task = KnownTask> {
  readonly model: ConfiguredModel
  /** The number of raw features of each input. */
  readonly widths: Widths
  readonly task: Known
  /** Every parameter and buffer of the model, by name. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** The statistics of standardisation, which become part of the graph. */
  readonly standardisation?: Standardisation
  /** The probability above which each emotion is predicted, if not one half. */
  readonly thresholds?: readonly number[]
  /** The parts' `rawGraph`, if already built. */
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

/** @param graph with the maps to describe: all, or those that a file will hold */
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

/** The facts about the data that a model's description contains. */
function trainedOnOf({ name, synthetic, recipe }: TrainedOn): TrainedOn {
  return { name, synthetic, ...(recipe && { recipe }) }
}
