/** What is read of the steps of a sequence. */
import {
  add,
  clearPadding,
  divide,
  expand,
  gatherNd,
  lastStepMask,
  minimum,
  multiply,
  positions,
  reduceSum,
  slice,
  squeeze,
  stack,
  subtract,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'

/**
 * Each sequence's last valid step; without lengths, the last of all.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch], each at least 1
 * @returns [batch, width]
 */
export function lastStep(input: Tensor, lengths?: Tensor): Tensor {
  if (!lengths) return squeeze(slice(input, 1, -1), 1)
  return reduceSum(multiply(input, lastStepMask(input, lengths)), 1)
}

/**
 * The sum over each sequence's valid steps; without lengths, over all.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
 * @returns [batch, width]
 */
export function sumOverSteps(input: Tensor, lengths?: Tensor): Tensor {
  return reduceSum(lengths ? clearPadding(input, lengths) : input, 1)
}

/**
 * A sequence read at the times of another that began and ended with it: each step of the other
 * takes the step during which its middle falls. Where both have as many steps, those are the same.
 *
 * @param input [batch, time of the input, width]
 * @param lengths int64 [batch], each at least 1
 * @param other [batch, time, any]
 * @param otherLengths int64 [batch], each at least 1; steps after them take the input's last
 * @returns [batch, time, width]
 */
export function readAlongside(
  input: Tensor,
  lengths: Tensor,
  other: Tensor,
  otherLengths: Tensor,
): Tensor {
  const middles = add(multiply(unsqueeze(positions(other, 1), 0), 2), 1)
  const scaled = divide(
    multiply(middles, unsqueeze(lengths, 1)),
    multiply(unsqueeze(otherLengths, 1), 2),
  )
  const steps = minimum(scaled, unsqueeze(subtract(lengths, 1), 1))
  const samples = expand(unsqueeze(positions(other, 0), 1), steps.shape)
  return gatherNd(input, stack([samples, steps], 2))
}
