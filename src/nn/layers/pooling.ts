/** Pools sequences and sets of vectors into one vector. */
import { LimbicError } from '../../base/errors.js'
import {
  add,
  cast,
  clearPadding,
  divide,
  greater,
  maximum,
  maxPool,
  multiply,
  reduceMean,
  squeeze,
  stack,
  standardDeviation,
  type Tensor,
  topK,
  transpose,
  unsqueeze,
  where,
  withinLengths,
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

/** Replaces padding before a maximum: less than any feature, but finite. */
const least = -1e30

function hidePadding(input: Tensor, lengths: Tensor): Tensor {
  return where(unsqueeze(withinLengths(input, lengths), 2), input, least)
}

/**
 * The maximum of each feature over each sequence's valid steps, 0 if there are none.
 *
 * @param input [batch, time, width], of at least one step
 * @param lengths int64 [batch]
 * @returns [batch, width]
 */
export function maxOverSteps(input: Tensor, lengths: Tensor): Tensor {
  const largest = squeeze(topK(hidePadding(input, lengths), 1, { axis: 1 }).values, 1)
  return multiply(largest, unsqueeze(cast(greater(lengths, 0), input.dataType), 1))
}

/**
 * The maximum of each feature over windows of `size` steps, one after another; the last window may
 * be shorter. Padding never wins.
 *
 * @param input float32 [batch, time, width]
 * @param lengths int64 [batch]
 * @returns `steps` [batch, time / size rounded up, width], 0 after the new `lengths`
 */
export function maxPoolSteps(
  input: Tensor,
  lengths: Tensor,
  size: number,
): { readonly steps: Tensor; readonly lengths: Tensor } {
  const channels = transpose(hidePadding(input, lengths), [0, 2, 1])
  const windows = { kernel: size, padding: { before: [0], after: [size - 1] } }
  const counts = divide(add(lengths, size - 1), size)
  const steps = clearPadding(transpose(maxPool(channels, windows), [0, 2, 1]), counts)
  return { steps, lengths: counts }
}

/**
 * Added under the root of a deviation, whose gradient would otherwise be infinite for equal
 * vectors.
 */
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
