/** A convolution over the rows and columns of images. */
import { convolution } from '../../graph/index.js'
import { byInputs, uniform } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

/**
 * A convolution of square filters in steps of one, zero-padded to keep the size: [batch, inputs, rows,
 * columns] to [batch, filters, rows, columns].
 *
 * Parameters: `weight` [filters, inputs, kernel, kernel] and `bias` [filters], uniform within
 * 1 / sqrt(inputs * kernel^2), as in PyTorch's `Conv2d`.
 *
 * @param settings `kernel` is odd
 */
export function imageConvolution(
  scope: Scope,
  { inputs, filters, kernel }: { inputs: number; filters: number; kernel: number },
): Layer {
  const weight = scope.parameter('weight', [filters, inputs, kernel, kernel], byInputs)
  const bias = scope.parameter('bias', [filters], uniform(1 / Math.sqrt(inputs * kernel ** 2)))
  return (input) => convolution(input, weight, { padding: (kernel - 1) / 2, bias })
}
