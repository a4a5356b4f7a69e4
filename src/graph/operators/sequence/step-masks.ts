/** Masks of the valid steps of padded sequences. */
import type { Tensor } from '../../tensor.js'
import { multiply, subtract } from '../algebra/arithmetic.js'
import { cast, equal, less } from '../algebra/comparison.js'
import { unsqueeze } from '../layout/axes.js'
import { positions, sizeOf } from '../layout/sizes.js'

/**
 * Whether a step is within its sequence's length.
 *
 * @param input [batch, time, ...]
 * @param lengths int64 [batch]
 * @returns bool [batch, time]
 */
export function withinLengths(input: Tensor, lengths: Tensor): Tensor {
  return less(unsqueeze(positions(input, 1), 0), unsqueeze(lengths, 1))
}

/**
 * 1 at each sequence's valid steps, 0 at its padding.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
 * @returns [batch, time, 1], of the input's data type
 */
export function validSteps(input: Tensor, lengths: Tensor): Tensor {
  return unsqueeze(cast(withinLengths(input, lengths), input.dataType), 2)
}

/**
 * 1 at the last valid step of each sequence, 0 elsewhere; without lengths, the last step is valid.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch], each at least 1
 * @returns [batch, or 1 without lengths, time, 1], of the input's data type
 */
export function lastStepMask(input: Tensor, lengths?: Tensor): Tensor {
  const steps = unsqueeze(positions(input, 1), 0)
  const last = lengths ? unsqueeze(subtract(lengths, 1), 1) : subtract(sizeOf(input, 1), 1)
  return unsqueeze(cast(equal(steps, last), input.dataType), 2)
}

/**
 * A sequence whose padding is set to zero.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
 */
export function clearPadding(input: Tensor, lengths: Tensor): Tensor {
  return multiply(input, validSteps(input, lengths))
}
