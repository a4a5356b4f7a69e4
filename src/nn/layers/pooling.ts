/** Pools sequences and sets of vectors into one vector. */
import { LimbicError } from '../../base/errors.js'
import {
  cast,
  divide,
  maximum,
  reduceMean,
  stack,
  standardDeviation,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'
import { sumOverSteps } from './steps.js'

/**
 * The mean over each sequence's valid steps, 0 if there are none; without lengths, over all.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
 * @returns [batch, width]
 */
export function meanOverSteps(input: Tensor, lengths?: Tensor): Tensor {
  if (!lengths) return reduceMean(input, 1)
  return divide(
    sumOverSteps(input, lengths),
    unsqueeze(cast(maximum(lengths, 1), input.dataType), 1),
  )
}

/** Added under the root of a deviation, whose gradient would be infinite for equal vectors. */
const leastVariance = 1e-12

/**
 * Statistical pooling: the mean of each feature over several vectors, and its unbiased standard
 * deviation.
 *
 * @param vectors two or more, [batch, width] each
 * @throws LimbicError if there are fewer
 */
export function statisticalPooling(vectors: readonly Tensor[]): {
  /** [batch, width] */
  readonly mean: Tensor
  /** [batch, width] */
  readonly deviation: Tensor
} {
  if (vectors.length < 2) {
    throw new LimbicError('a standard deviation needs at least two vectors', {
      where: 'statisticalPooling',
      got: String(vectors.length),
    })
  }
  const stacked = stack(vectors, 1)
  return {
    mean: reduceMean(stacked, 1),
    deviation: standardDeviation(stacked, 1, { unbiased: true, epsilon: leastVariance }),
  }
}
