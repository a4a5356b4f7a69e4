/** Reads an exported file as what it was made of, so that its model can be trained further. */
import { LimbicError } from '../../base/errors.js'
import type { FeatureStatistics } from '../../data/prepare/standardise/standardise.js'
import { elementCount } from '../../graph/index.js'
import { readStoredGraph, type StoredGraph } from '../../graph/onnx/stored.js'
import { predictionGraph } from '../../learn/step/graphs.js'
import { findModel } from '../../models/index.js'
import { widthsIn } from '../inputs.js'
import type { TrainedParts } from './describe.js'
import { type ModelDescription, readDescription } from './description.js'

/** The parts of an exported file. */
export interface ReadParts extends TrainedParts {
  readonly description: ModelDescription
  /** All that the file says about itself. */
  readonly metadata: ReadonlyMap<string, string>
  /** The parameters that the file holds: those that its prediction and maps depend on. */
  readonly stored: ReadonlySet<string>
}

/**
 * Reads the parts of a file that `exportModel` wrote. Its graph says nothing of how the model learns, so its
 * model must be one of Limbic's own; a file never brings code. Parameters that only training reads are not in the
 * file, and zeros here.
 *
 * @param where the file
 * @throws LimbicError if Limbic did not write it, it is damaged, its model is not one of Limbic's own, reads
 * further inputs in training, or is built of other parameters in this version
 */
export function readParts(bytes: Uint8Array, where: string): ReadParts {
  const graph = readStoredGraph(bytes, where)
  const { metadata } = graph
  const description = readDescription(metadata, graph, where)
  const { name, settings, task, thresholds } = description
  const model = findModel(name).configure(settings)
  const inTraining = model.inputs.filter(({ onlyInTraining }) => onlyInTraining)
  if (inTraining.length > 0) {
    throw new LimbicError('in training the model reads inputs that its file does not know', {
      where,
      got: inTraining.map((input) => input.name).join(', '),
    })
  }
  const widths = widthsIn(description.inputs)
  const weights = new Map<string, Float32Array>()
  const stored = new Set<string>()
  for (const { name, shape } of predictionGraph(model, widths, task).parameters) {
    const found = graph.numbers.get(name)
    if (found) stored.add(name)
    weights.set(name, found?.data ?? new Float32Array(elementCount(shape)))
    if (!found || found.shape.join() === shape.join()) continue
    throw new LimbicError('the file holds another model than this version builds', {
      where: `${where}, parameter "${name}"`,
      expected: `[${shape.join(', ')}]`,
      got: `[${found.shape.join(', ')}]`,
      hint: 'Train and export the model again with this version',
    })
  }
  const standardisation = Object.fromEntries(
    description.standardised.map((input) => [input, statisticsOf(graph, input, where)]),
  )
  return {
    ...{ model, widths, task, weights, standardisation, description, stored, metadata },
    ...(thresholds && { thresholds }),
  }
}

/**
 * The statistics that a graph standardises an input by: what is subtracted from the input first, and
 * what the difference is divided by.
 */
function statisticsOf(
  { nodes, numbers }: StoredGraph,
  input: string,
  where: string,
): FeatureStatistics {
  const after = (operator: string, value: string | undefined) =>
    nodes.find((node) => node.operator === operator && node.inputs[0] === value)
  const centred = after('Sub', input)
  const scaled = after('Div', centred?.outputs[0])
  const mean = numbers.get(centred?.inputs[1] ?? '')?.data
  const deviation = numbers.get(scaled?.inputs[1] ?? '')?.data
  if (centred && mean && deviation) return { mean, deviation }
  throw new LimbicError('the file does not say by what it standardises an input', {
    where: `${where}, ${input}`,
    hint: 'Export the model again with this version',
  })
}
