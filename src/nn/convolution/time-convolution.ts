/** A convolution whose channels are the steps of a sequence. */
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
 * A convolution of kernel 1 whose channels are the time steps: each new step is a weighted sum of
 * all old ones, the same for every feature, `Y[t'] = b[t'] + sum over t of W[t', t] X[t]`.
 * [batch, time, width] to [batch, steps, width].
 *
 * It weighs the first `inputSteps` steps. Those of a longer input after them are not seen; a
 * shorter one counts as if zeros came after it, so that padding with zeros changes nothing.
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
    // Fitting the weight to the input moves far less than fitting the input to the weight.
    const missing = subtractDimensions(input.size(1), inputSteps)
    const fitted = pad(weight, [0, 0], [0, missing])
    // A matrix of a row for each step, on either side: turning only the first two axes moves whole
    // rows of features, and the recurrent layer that follows turns them back.
    const [batch, , width] = input.axes('batch', 'time', 'width')
    const rows = reshape(transpose(input, [1, 0, 2]), [
      input.size(1),
      multiplyDimensions([batch, width]),
    ])
    const product = add(gemm(fitted, rows), unsqueeze(bias, 1))
    return transpose(reshape(product, [steps, batch, width]), [1, 0, 2])
  }
}
