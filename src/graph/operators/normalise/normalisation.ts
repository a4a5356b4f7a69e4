/** What layer and batch normalisation share. */
import type { Tensor } from '../../tensor.js'
import { multiply, subtract } from '../algebra/arithmetic.js'
import { reduceMean } from '../algebra/reduction.js'

export interface EpsilonAttribute {
  /** Added to the variance, under the root. */
  readonly epsilon: number
}

/**
 * The gradient of a normalisation's input: the gradient of the normalised values minus its mean and
 * its projection onto them, divided by the deviation.
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
