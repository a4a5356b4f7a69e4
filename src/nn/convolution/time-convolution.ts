/** A convolution that treats the steps of a sequence as channels. */
import {
  add,
  gemm,
  multiplyDimensions,
  pad,
  reshape,
  subtractDimensions,
  transpose,
  unsqueeze,
} from '../../graph/index.js'
import { byInputs, uniform } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

/**
 * A convolution of kernel 1 with the time steps as channels: each output step is a weighted sum of
 * all input steps, the same for every feature, `Y[t'] = b[t'] + sum over t of W[t', t] X[t]`.
 * [batch, time, width] to [batch, steps, width].
 *
 * Only the first `inputSteps` steps count. A longer input is truncated; a shorter one counts as
 * padded with zeros, so padding changes nothing.
 *
 * Parameters: `weight` [steps, inputSteps] and `bias` [steps], uniform within
 * 1 / sqrt(inputSteps), as in PyTorch.
 */
export function timeConvolution(
  scope: Scope,
  { inputSteps, steps }: { inputSteps: number; steps: number },
): Layer {
  const weight = scope.parameter('weight', [steps, inputSteps], byInputs)
  const bias = scope.parameter('bias', [steps], uniform(1 / Math.sqrt(inputSteps)))
  return (input) => {
    // Padding the weight to the input moves far less memory than padding the input to the weight.
    const missing = subtractDimensions(input.size(1), inputSteps)
    const fitted = pad(weight, [0, 0], [0, missing])
    // One matrix row per step on either side: transposing only the first two axes moves whole rows
    // of features, and the recurrent layer that follows transposes them back.
    const [batch, , width] = input.axes('batch', 'time', 'width')
    const rows = reshape(transpose(input, [1, 0, 2]), [
      input.size(1),
      multiplyDimensions([batch, width]),
    ])
    const product = add(gemm(fitted, rows), unsqueeze(bias, 1))
    return transpose(reshape(product, [steps, batch, width]), [1, 0, 2])
  }
}
