import type { Tensor } from '../../graph/graph.js'
import { multiply } from '../../graph/operators/algebra/arithmetic.js'
import { cast, less } from '../../graph/operators/algebra/comparison.js'
import { unsqueeze } from '../../graph/operators/layout/layout.js'
import { positions } from '../../graph/operators/layout/sizes.js'

/**
 * Whether a step is within its sequence's length: bool [batch, time].
 *
 * @param input [batch, time, width]
 * @param lengths int64 [batch]
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

/** A sequence [batch, time, width] with zeros for padding, whatever numbers stood there. */
export function clearPadding(input: Tensor, lengths: Tensor): Tensor {
  return multiply(input, validSteps(input, lengths))
}
