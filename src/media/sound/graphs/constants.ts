/** Float64 numbers as constants of a graph. */
import type { Tensor } from '../../../graph/index.js'
import { type Matrix, matrix } from '../numbers/matrix.js'

/** A matrix as a constant in the graph of `beside`, float32 [rows, columns]. */
export function matrixConstant(beside: Tensor, { rows, columns, data }: Matrix): Tensor {
  return beside.graph.constant(data, [rows, columns], 'float32')
}

/** The same, transposed. */
export function transposedConstant(beside: Tensor, { rows, columns, data }: Matrix): Tensor {
  return matrixConstant(
    beside,
    matrix(columns, rows, (row, column) => data[column * columns + row] ?? 0),
  )
}

/** Numbers as a constant in the graph of `beside`, float32 [size]. */
export function vectorConstant(beside: Tensor, values: ArrayLike<number>): Tensor {
  return beside.graph.constant(values, [values.length], 'float32')
}
