/** Dropout (see `Graph.dropoutMask`). */
import { LimbicError } from '../../../base/errors.js'
import type { Tensor } from '../../tensor.js'
import { multiply } from '../algebra/arithmetic.js'
import { cast } from '../algebra/comparison.js'

/**
 * The input with random elements set to 0 and the others divided by `1 - probability`, by a mask
 * that the trainer feeds. With probability 0, as in inference graphs, it is the input itself.
 *
 * @throws LimbicError unless 0 <= probability < 1
 */
export function dropout(input: Tensor, probability: number): Tensor {
  if (!(probability >= 0 && probability < 1)) {
    throw new LimbicError('invalid dropout probability', {
      where: 'operator dropout',
      expected: 'a number of at least 0 and below 1',
      got: String(probability),
    })
  }
  if (probability === 0) return input
  return multiply(input, cast(input.graph.dropoutMask(input.shape, probability), input.dataType))
}
