/** Removes transpositions by reordering axes or factors. */
import { matmul, matmulOperator } from '../operators/algebra/matmul.js'
import { swapLast, transpose, transposeOperator } from '../operators/layout/transpose.js'
import { producer, type Tensor } from '../tensor.js'
import { ruleOf } from './rule.js'

/** The input transposed, with a single transposition even if it is one itself. */
function reordered(input: Tensor, order: readonly number[]): Tensor {
  const before = producer(input, transposeOperator)
  if (!before) return transpose(input, order)
  const first = before.attributes.order
  return transpose(
    before.inputs[0],
    order.map((axis) => first[axis] ?? axis),
  )
}

const swapsLast = (order: readonly number[]) =>
  swapLast(order.length).every((axis, place) => axis === order[place])

/** Two successive transpositions become one. */
export const twoTranspositions = ruleOf(
  'a transposed transposition is one transposition',
  transposeOperator,
  ({ inputs: [input], attributes: { order } }) =>
    producer(input, transposeOperator) && [reordered(input, order)],
)

/**
 * `(A^T B)^T = B^T A`, which occurs in the gradient of a transposed factor. It saves transposing
 * the result and, if B is itself a transposition, that of B.
 */
export const transposedProduct = ruleOf(
  'a transposed product of a transposed factor is the product in reverse order',
  transposeOperator,
  ({ inputs: [input], attributes: { order } }, around) => {
    const product = producer(input, matmulOperator)
    const left = product && producer(product.inputs[0], transposeOperator)
    if (!product || !left || !swapsLast(order) || !swapsLast(left.attributes.order)) return
    if (!around.isReadOnce(0)) return
    const right = product.inputs[1]
    return [matmul(reordered(right, swapLast(right.rank)), left.inputs[0])]
  },
)
