/** Float64 numbers as constants of a graph. */
import type { Tensor } from '../../../graph/index.js'
import type { Matrix } from '../numbers/matrix.js'

/** A matrix as a constant in the graph of `beside`, float32 [rows, columns]. */
export function matrixConstant(beside: Tensor, { rows, columns, data }: Matrix): Tensor {
  return beside.graph.constant(data, [rows, columns], 'float32')
}

/** Numbers as a constant in the graph of `beside`, float32 [size]. */
export function vectorConstant(beside: Tensor, values: ArrayLike<number>): Tensor {
  return beside.graph.constant(values, [values.length], 'float32')
}
