/** Writes a trained model as one ONNX file that works without Limbic. */

import { LimbicError } from '../../base/errors.js'
import { suggest } from '../../base/schema.js'
import { memoryOf } from '../../graph/memory.js'
import { writeModel } from '../../graph/onnx/model.js'
import { elementCount } from '../../graph/shape/shape.js'
import type { EndedGraph } from '../../learn/step/ended-graph.js'
import { ends } from '../../learn/step/ends.js'
import type { Recipe } from '../../media/recipes/index.js'
import type { Task } from '../../task/task.js'
import { describeParts, rawGraph, type TrainedParts } from './describe.js'
import { writeDescription } from './description.js'

export interface ExportOptions extends TrainedParts<Task> {
  readonly metadata: ExportMetadata
  /** The maps to output as well; default: none. */
  readonly maps?: 'all' | readonly string[]
}

/** Metadata about the model besides its structure. */
export interface ExportMetadata {
  /** The name of its training data. */
  readonly trainingData: string
  /** Whether the data is generated. */
  readonly synthetic: boolean
  /** How the features were made, if Limbic extracted them. */
  readonly recipe?: Recipe
  /** Anything else, such as the seed or the date, by any name. */
  readonly notes?: Readonly<Record<string, string>>
}

/**
 * Writes the prediction graph as a standalone ONNX model: standard operators, weights inside, with
 * the lowest opset that it needs, so that old runtimes load it.
 *
 * Inputs: every feature that the model reads, under its name (`text`, `audio`, `vision`), usually
 * float32 [batch, time, width] (without time [batch, width]), raw as in the data, with any values
 * as padding; and int64 [batch] `lengths` (or `text_lengths` ... for a model of unaligned
 * sequences, whose time axes are `text_time` ...). Outputs: `prediction` [batch, outputs], and the
 * maps by their names. The metadata hold everything needed to use it (`writeDescription`): `model`,
 * `settings`, `task`, `inputs`, `maps`, `widths` (JSON), `class_names` (JSON, if there are
 * classes), `thresholds` (JSON, if they are not one half), `standardised` (the inputs),
 * `training_data`, `synthetic`, and the notes.
 *
 * @returns the model's bytes
 * @throws LimbicError if weights, statistics or maps are not those of the model
 */
export function exportModel(options: ExportOptions): Uint8Array {
  const { weights, maps = [], metadata } = options
  const graph = options.graph ?? rawGraph(options)
  checkWeights(graph.parameters, weights, options.model.model.name)
  const outputs = chosen(graph.outputs, maps, options.model.model.name)
  const { trainingData: name, synthetic, recipe, notes } = metadata
  const trainedOn = { name, synthetic, ...(recipe && { recipe }) }
  const memory = memoryOf([...outputs.values()], { given: graph.inputs.values() })
  const about = { ...describeParts(options, { outputs }, trainedOn), memory }
  return writeModel({
    inputs: graph.graph.inputs,
    outputs,
    weights,
    metadata: { ...notes, ...writeDescription(about) },
    portable: true,
  })
}

/** @throws LimbicError unless there is every parameter of a model, and nothing else */
export function checkWeights(
  parameters: EndedGraph['parameters'],
  weights: ReadonlyMap<string, Float32Array>,
  where: string,
): void {
  for (const { name, shape } of parameters) {
    const count = elementCount(shape)
    const values = weights.get(name)
    if (values?.length === count) continue
    throw new LimbicError('the weights do not match the model', {
      where: `model ${where}, parameter "${name}"`,
      expected: `${count} numbers [${shape}]`,
      got: values ? String(values.length) : 'none',
      hint: 'Use the settings and features that the model was trained with',
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

/** The prediction and some maps. @throws LimbicError if there is no such map */
function chosen(
  outputs: EndedGraph['outputs'],
  maps: 'all' | readonly string[],
  where: string,
): EndedGraph['outputs'] {
  if (maps === 'all') return outputs
  const unknown = maps.find((name) => name === ends.prediction || !outputs.has(name))
  if (unknown === undefined) {
    return new Map([...outputs].filter(([name]) => name === ends.prediction || maps.includes(name)))
  }
  const known = [...outputs.keys()].filter((name) => name !== ends.prediction)
  throw new LimbicError(`the model has no map "${unknown}"`, {
    where: `model ${where}`,
    hint: suggest(unknown, known),
  })
}
