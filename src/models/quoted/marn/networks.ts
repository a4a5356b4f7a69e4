/** Small networks inside a loop, where each sample is a column. */

import { elementAt } from '../../../base/lookup.js'
import {
  add,
  concat,
  matmul,
  pad,
  relu,
  sigmoid,
  type Tensor,
  tanh,
  unsqueeze,
} from '../../../graph/index.js'
import { linearParameters } from '../../../nn/layers/linear.js'
import type { Scope } from '../../../nn/scope.js'

/** A linear layer on columns: weight [units, inputs], bias [units, 1]. */
export interface ColumnLayer {
  readonly weight: Tensor
  readonly bias: Tensor
}

const activations = { relu, tanh, sigmoid } as const
export type Activation = keyof typeof activations

/**
 * Declares linear layers `0`, `1` and so on.
 *
 * @param widths the widths of the inputs, the hidden layers and the result
 */
export function columnLayers(scope: Scope, widths: readonly number[]): ColumnLayer[] {
  return widths.slice(1).map((units, level) => {
    const inputs = elementAt(widths, level, 'width')
    const { weight, bias } = linearParameters(scope.child(String(level)), { inputs, units })
    return { weight, bias: unsqueeze(bias, 1) }
  })
}

/** Joins networks of the same depth, each with its own part of the input, into one. */
export function sideBySide(networks: readonly (readonly ColumnLayer[])[]): ColumnLayer[] {
  const [first = []] = networks
  return first.map((_, level) => {
    const layers = networks.map((network) => elementAt(network, level, 'layer'))
    return {
      weight: blockDiagonal(layers.map(({ weight }) => weight)),
      bias: concat(
        layers.map(({ bias }) => bias),
        0,
      ),
    }
  })
}

/** Matrices along the diagonal of a larger one, which is zero elsewhere. */
function blockDiagonal(matrices: readonly Tensor[]): Tensor {
  const widths = matrices.map((matrix) => matrix.fixedSize(1))
  const total = widths.reduce((sum, width) => sum + width, 0)
  let before = 0
  const rows = matrices.map((matrix) => {
    const width = matrix.fixedSize(1)
    const row = pad(matrix, [0, before], [0, total - before - width])
    before += width
    return row
  })
  return concat(rows, 0)
}

/**
 * Applies layers to columns, [inputs, batch] to [units, batch].
 *
 * @param parameters weight and bias of each layer in turn
 */
export function applyColumns(
  parameters: readonly Tensor[],
  activation: Activation,
  columns: Tensor,
): Tensor {
  let result = columns
  for (let place = 0; place < parameters.length; place += 2) {
    const weight = elementAt(parameters, place, 'weight')
    const bias = elementAt(parameters, place + 1, 'bias')
    const sum = add(matmul(weight, result), bias)
    result = place + 2 < parameters.length ? activations[activation](sum) : sum
  }
  return result
}

/** Weight and bias of each layer in turn. */
export const parametersOf = (layers: readonly ColumnLayer[]): Tensor[] =>
  layers.flatMap(({ weight, bias }) => [weight, bias])
