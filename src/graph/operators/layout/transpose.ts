/** Transposition: axes in another order. */
import { ints } from '../../onnx/attributes.js'
import { sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'

/** Axis `i` of the result is axis `order[i]` of the input. */
export const transposeOperator: Operator<{ readonly order: readonly number[] }, readonly [Tensor]> =
  {
    name: 'transpose',
    infer([input], { order }, mistake) {
      const wanted = input.shape.map((_, axis) => axis)
      const given = [...order].sort((a, b) => a - b)
      if (!sameShape(given, wanted)) {
        return mistake('0', `an order of ${input.rank} axes`, `[${order.join(', ')}]`)
      }
      return [{ dataType: input.dataType, shape: order.map((axis) => input.size(axis)) }]
    },
    lower({ inputs, outputs, attributes: { order } }, onnx) {
      onnx.write(outputs, 'Transpose', onnx.values(inputs), { perm: ints(order) })
    },
    gradient: ({ attributes: { order } }, [gradient]) => [
      gradient && transpose(gradient, inverseOrder(order)),
    ],
    flops: () => 0,
  }

/** The inverse of an order. */
function inverseOrder(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis))
}

/** The order of `rank` axes that swaps the last two. */
export function swapLast(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) =>
    axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis,
  )
}

/**
 * Axis `i` of the result is axis `order[i]` of the input; without an order the last two are swapped.
 *
 * @throws LimbicError unless the order names each axis once
 */
export function transpose(input: Tensor, order: readonly number[] = swapLast(input.rank)): Tensor {
  if (order.length === input.rank && order.every((axis, place) => axis === place)) return input
  return applyOperator(transposeOperator, [input], { order }).outputs[0]
}
