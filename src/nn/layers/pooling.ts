/** Pools sequences and sets of vectors into one vector. */
import { LimbicError } from '../../base/errors.js'
import {
  add,
  addDimensions,
  cast,
  clearPadding,
  divide,
  floorDivideDimension,
  greater,
  maximum,
  multiply,
  multiplyDimensions,
  reduceMean,
  reshape,
  split,
  squeeze,
  stack,
  standardDeviation,
  type Tensor,
  topK,
  unsqueeze,
  where,
  withinLengths,
} from '../../graph/index.js'
import { fitSteps, sumOverSteps } from './steps.js'

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
  const [batch, time, width] = input.axes('batch', 'time', 'width')
  const windows = floorDivideDimension(addDimensions(time, size - 1), size)
  const whole = fitSteps(input, 1, multiplyDimensions([windows, size]))
  const apart = reshape(hidePadding(whole, lengths), [batch, windows, size, width])
  const places = Array.from({ length: size }, () => 1)
  const largest = split(apart, places, 2).reduce((left, right) => maximum(left, right))
  const counts = divide(add(lengths, size - 1), size)
  return { steps: clearPadding(squeeze(largest, 2), counts), lengths: counts }
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
