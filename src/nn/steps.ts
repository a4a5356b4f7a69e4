import type { Tensor } from '../graph/graph.js'
import { multiply, subtract } from '../graph/operators/arithmetic.js'
import { cast, equal, less } from '../graph/operators/comparison.js'
import { unsqueeze } from '../graph/operators/layout.js'
import { reduceSum } from '../graph/operators/reduction.js'
import { positions } from '../graph/operators/sizes.js'

/**
 * Each sequence's last valid step.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch], each at least 1
 * @returns [batch, width]
 */
export function lastStep(input: Tensor, lengths: Tensor): Tensor {
  const steps = unsqueeze(positions(input, 1), 0)
  const last = cast(equal(steps, unsqueeze(subtract(lengths, 1), 1)), input.dataType)
  return reduceSum(multiply(input, unsqueeze(last, 2)), 1)
}

/**
 * The sum over each sequence's valid steps; without lengths, over all.
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
 * @returns [batch, width]
 */
export function sumOverSteps(input: Tensor, lengths?: Tensor): Tensor {
  if (!lengths) return reduceSum(input, 1)
  const steps = unsqueeze(positions(input, 1), 0)
  const valid = cast(less(steps, unsqueeze(lengths, 1)), input.dataType)
  return reduceSum(multiply(input, unsqueeze(valid, 2)), 1)
}
