/** Reads single steps and sums of sequences. */
import {
  add,
  cast,
  clearPadding,
  type Dimension,
  divide,
  expand,
  gatherNd,
  greater,
  lastStepMask,
  maximum,
  minimum,
  multiply,
  pad,
  positions,
  reduceSum,
  slice,
  squeeze,
  stack,
  subtract,
  subtractDimensions,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'

/**
 * Each sequence's last valid step, zeros if there is none; without lengths, the last of all.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
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
 * A tensor with a given number of steps: later ones are cut off, missing ones are zeros.
 *
 * @param axis the axis of the steps
 */
export function fitSteps(input: Tensor, axis: number, steps: Dimension): Tensor {
  const missing = subtractDimensions(steps, input.size(axis))
  const after = input.shape.map((_, other) => (other === axis ? missing : 0))
  return pad(
    input,
    input.shape.map(() => 0),
    after,
  )
}

/**
 * Resamples a sequence to the steps of another that covers the same time: each step of the other
 * takes the input step at its middle. With the same number of steps, it is the input itself.
 *
 * @param input [batch, time of the input, width]
 * @param lengths int64 [batch]
 * @param other [batch, time, any]
 * @param otherLengths int64 [batch]; later steps take the input's last
 * @returns [batch, time, width], zeros for a sequence without steps
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
    multiply(unsqueeze(maximum(otherLengths, 1), 1), 2),
  )
  const last = maximum(subtract(lengths, 1), 0)
  const steps = minimum(scaled, unsqueeze(last, 1))
  const samples = expand(unsqueeze(positions(other, 0), 1), steps.shape)
  const any = cast(greater(lengths, 0), input.dataType)
  return multiply(gatherNd(input, stack([samples, steps], 2)), unsqueeze(any, [1, 2]))
}
