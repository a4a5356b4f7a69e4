/** What layer and batch normalisation share. */
import type { Tensor } from '../../tensor.js'
import { multiply, subtract } from '../algebra/arithmetic.js'
import { reduceMean } from '../algebra/reduction.js'

export interface EpsilonAttribute {
  /** Added to the variance under the root. */
  readonly epsilon: number
}

/**
 * The gradient of the input of a normalisation: that of the normalised values, less its mean and
 * less its projection on them, over the deviation.
 */
export function throughNormalisation(
  gradient: Tensor,
  normal: Tensor,
  inverseDeviation: Tensor,
  axes: readonly number[],
): Tensor {
  const mean = reduceMean(gradient, axes, true)
  const projection = reduceMean(multiply(gradient, normal), axes, true)
  const rest = subtract(subtract(gradient, mean), multiply(normal, projection))
  return multiply(rest, inverseDeviation)
}
