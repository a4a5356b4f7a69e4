/** Transforms of raw features inside a graph, before the model reads them. */

import { LimbicError } from '../../base/errors.js'
import type {
  FeatureStatistics,
  Standardisation,
} from '../../data/prepare/standardise/standardise.js'
import {
  divide,
  equal,
  subtract,
  type Tensor,
  unsqueeze,
  where,
  withinLengths,
} from '../../graph/index.js'
import type { ReadInput } from './features.js'

/**
 * Transforms an input before the model reads it.
 *
 * @param values [batch, time, ...shape of a step]; without time [batch, ...shape]
 * @param lengths int64 [batch], of an input with time
 */
export type InputTransform = (
  values: Tensor,
  lengths: Tensor | undefined,
  input: ReadInput,
) => Tensor

/** Leaves inputs unchanged. */
export const asGiven: InputTransform = (values) => values

/**
 * Makes a model accept raw features: subtracts each feature's mean, divides by its deviation, and
 * sets padding to zero, whatever it contained. Features without statistics only get their padding
 * cleared.
 *
 * @throws LimbicError, when applied, if the statistics have another number of features
 */
export function fromRawFeatures(standardisation: Standardisation = {}): InputTransform {
  return (values, lengths, input) => {
    const given = standardised(values, standardisation[input.name], input)
    if (!lengths) return given
    const valid = withinLengths(values, lengths)
    const axes = input.shape.reduce((mask) => unsqueeze(mask, mask.shape.length), valid)
    const zero = values.graph.scalar(0, values.dataType)
    return where(axes, given, zero)
  }
}

/**
 * (x - mean) / deviation of each element of a step, or x itself without statistics; 0 for missing
 * numbers (NaN), which alone do not equal themselves.
 */
function standardised(
  values: Tensor,
  statistics: FeatureStatistics | undefined,
  { name, width, shape }: ReadInput,
): Tensor {
  if (values.dataType !== 'float32') return values
  if (!statistics) return where(equal(values, values), values, 0)
  const { mean, deviation } = statistics
  if (mean.length !== width || deviation.length !== width) {
    throw new LimbicError('the statistics belong to other features', {
      where: `standardisation of ${name}`,
      expected: `${width} features`,
      got: `${mean.length}`,
      hint: 'Use the statistics that the model was trained with',
    })
  }
  const { graph } = values
  const centred = subtract(values, graph.constant(mean, shape, 'float32'))
  const scaled = divide(centred, graph.constant(deviation, shape, 'float32'))
  return where(equal(values, values), scaled, 0)
}
