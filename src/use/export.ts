/** A trained model as one ONNX file that needs nothing of Limbic. */

import { LimbicError } from '../base/errors.js'
import { suggest } from '../base/schema.js'
import type { Standardisation } from '../data/prepare/standardise/standardise.js'
import { writeModel } from '../graph/onnx/model.js'
import { elementCount } from '../graph/shape/shape.js'
import { widthsFor } from '../learn/features.js'
import { type EndedGraph, predictionGraph } from '../learn/graphs.js'
import { fromRawFeatures } from '../learn/inputs.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import type { Task } from '../task/task.js'

export interface ExportOptions {
  readonly model: ConfiguredModel
  /** The number of raw features of each modality. */
  readonly widths: Widths
  readonly task: Task
  /** Every parameter and buffer of the model, by name. */
  readonly weights: ReadonlyMap<string, Float32Array>
  /** What the features were standardised with in training; it becomes part of the graph. */
  readonly standardisation?: Standardisation
  /** The probability above which each emotion is predicted, where it is not one half. */
  readonly thresholds?: readonly number[]
  readonly metadata: ExportMetadata
  /** Which of the model's maps to give out as well; none unless given. */
  readonly maps?: 'all' | readonly string[]
}

/** What the file says about the model besides its structure. */
export interface ExportMetadata {
  /** The name of the data that it was trained on. */
  readonly trainingData: string
  /** Whether those were generated. */
  readonly synthetic: boolean
  /** Anything else, such as the seed or the date, by names of one's own. */
  readonly notes?: Readonly<Record<string, string>>
}

/**
 * Writes the prediction graph as a standalone ONNX model: standard operators, weights inside.
 *
 * Inputs: each modality that the model reads, `text`, `audio`, `vision`, float32
 * [batch, time, width], raw features as the data hold them, anything after a sequence's end; and
 * int64 [batch] `lengths` (or `text_lengths` ... for a model of unaligned sequences, whose time
 * axes are `text_time` ...); `prosody`, float32 [batch, width], where the model reads it. Outputs:
 * `prediction` [batch, outputs], and the maps by their names. Its metadata are `model`, `settings`,
 * `task`, `widths` (JSON), `class_names` (JSON, where there are classes), `thresholds` (JSON, where
 * they are not one half), `standardised` (the modalities), `training_data`, `synthetic`, and the notes.
 *
 * @returns the model's bytes
 * @throws LimbicError if weights, statistics or maps are not those of the model
 */
export function exportModel(options: ExportOptions): Uint8Array {
  const { model, widths, task, weights, standardisation = {}, maps = [] } = options
  const prepare = fromRawFeatures(standardisation)
  const { graph, outputs, parameters } = predictionGraph(model, widths, task, maps, prepare)
  checkWeights(parameters, weights, model.model.name)
  if (maps !== 'all') checkMaps(outputs, maps, options)
  return writeModel({ inputs: graph.inputs, outputs, weights, metadata: describe(options) })
}

function checkWeights(
  parameters: EndedGraph['parameters'],
  weights: ReadonlyMap<string, Float32Array>,
  where: string,
): void {
  for (const { name, shape } of parameters) {
    const count = elementCount(shape)
    const values = weights.get(name)
    if (values?.length === count) continue
    throw new LimbicError('the weights are not those of the model', {
      where: `model ${where}, parameter "${name}"`,
      expected: `${count} numbers [${shape}]`,
      got: values ? String(values.length) : 'none',
      hint: 'Use the settings and the features that the model was trained with',
    })
  }
  const known = new Set(parameters.map(({ name }) => name))
  const foreign = [...weights.keys()].find((name) => !known.has(name))
  if (foreign === undefined) return
  throw new LimbicError(`the model has no parameter "${foreign}"`, {
    where: `model ${where}`,
    hint: 'Use the settings that the model was trained with',
  })
}

function checkMaps(
  outputs: EndedGraph['outputs'],
  maps: readonly string[],
  { model, widths, task }: ExportOptions,
): void {
  const unknown = maps.find((name) => !outputs.has(name))
  if (unknown === undefined) return
  const [, ...known] = predictionGraph(model, widths, task, 'all').outputs.keys()
  throw new LimbicError(`the model has no map "${unknown}"`, {
    where: `model ${model.model.name}`,
    hint: suggest(unknown, known),
  })
}

function describe(options: ExportOptions): Record<string, string> {
  const { model, widths, task, standardisation = {}, metadata } = options
  const used = model.requires
  return {
    ...metadata.notes,
    model: model.model.file ?? model.model.name,
    settings: JSON.stringify(model.settings),
    task: JSON.stringify(task.spec),
    ...(task.classNames && { class_names: JSON.stringify(task.classNames) }),
    ...(options.thresholds && { thresholds: JSON.stringify(options.thresholds) }),
    widths: JSON.stringify(widthsFor(model, widths)),
    standardised: used.filter((name) => standardisation[name]).join(','),
    training_data: metadata.trainingData,
    synthetic: String(metadata.synthetic),
  }
}
