/** A convolution along the steps of a sequence. */
import { elementAt } from '../../base/lookup.js'
import {
  addAll,
  affine,
  concat,
  pad,
  reshape,
  slice,
  split,
  type Tensor,
  transpose,
} from '../../graph/index.js'
import { byInputs, uniform } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

/**
 * A convolution along time, `Y[t] = b + sum over k of W[k] X[t + k - before]`, zero-padded to keep
 * the number of steps: [batch, time, inputs] to [batch, time, units]. With an even kernel, one more
 * step lies after than before.
 *
 * Padding is not masked: clear it first (`clearPadding`) so that a sample does not depend on its
 * batch.
 *
 * Parameters: `weight` [units, inputs, kernel] and `bias` [units], uniform within
 * 1 / sqrt(inputs * kernel), as in PyTorch's `Conv1d`.
 */
export function sequenceConvolution(
  scope: Scope,
  { inputs, units, kernel }: { inputs: number; units: number; kernel: number },
): Layer {
  const weight = scope.parameter('weight', [units, inputs, kernel], byInputs)
  const bias = scope.parameter('bias', [units], uniform(1 / Math.sqrt(inputs * kernel)))
  const places = Array.from({ length: kernel }, (_, tap) => tap)
  const before = Math.floor((kernel - 1) / 2)
  const after = kernel - 1 - before
  const shifted = (input: Tensor, tap: number) =>
    slice(input, 1, tap, tap + 1 < kernel ? tap + 1 - kernel : undefined)
  // Whichever is narrower is copied for each tap: the inputs before the product, or its results.
  if (inputs <= units) {
    const joined = reshape(transpose(weight, [0, 2, 1]), [units, kernel * inputs])
    return (input) => {
      const padded = pad(input, [0, before, 0], [0, after, 0])
      const windows = concat(
        places.map((tap) => shifted(padded, tap)),
        2,
      )
      return affine(windows, joined, bias)
    }
  }
  const taps = reshape(transpose(weight, [2, 0, 1]), [kernel * units, inputs])
  return (input) => {
    const products = pad(affine(input, taps), [0, before, 0], [0, after, 0])
    const parts = split(
      products,
      places.map(() => units),
      2,
    ).map((part, tap) => shifted(part, tap))
    return addAll(elementAt(parts, 0, 'tap'), ...parts.slice(1), bias)
  }
}
