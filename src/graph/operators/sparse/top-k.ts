/** The largest or smallest elements of an axis. */
import { flag, int } from '../../onnx/attributes.js'
import { type Dimension, normaliseAxis, numericTypes } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor, type TwoResults } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'
import { zerosLike } from '../layout/stretch.js'
import { scatterAdd } from './elements.js'

interface TopKAttributes extends AxisAttribute {
  readonly count: number
  readonly largest: boolean
}

const topKOperator: Operator<TopKAttributes, readonly [Tensor], TwoResults> = {
  name: 'topK',
  infer([input], { count, axis }, mistake) {
    const whole = input.shape[axis]
    if (whole === undefined) return mistake('0', `an axis ${axis}`, String(input))
    if (!numericTypes.includes(input.dataType)) return mistake('0', 'numbers', input.dataType)
    if (typeof whole === 'number' && count > whole) {
      return mistake('0', `at least ${count} elements on axis ${axis}`, String(whole))
    }
    const shape = input.shape.map((size, other): Dimension => (other === axis ? count : size))
    return [
      { dataType: input.dataType, shape },
      { dataType: 'int64', shape },
    ]
  },
  lower({ inputs: [input], outputs, attributes: { count, axis, largest } }, onnx) {
    const operands = [onnx.value(input), onnx.constant('int64', [1], [count])]
    const how = { axis: int(axis), largest: flag(largest), sorted: flag(true) }
    onnx.write(outputs, 'TopK', operands, how)
  },
  gradient: ({ inputs: [input], outputs: [, indices], attributes: { axis } }, [gradient]) => [
    gradient && scatterAdd(zerosLike(input), indices, gradient, axis),
  ],
}

/**
 * The `count` largest elements along an axis (or the smallest, if `largest` is false), in order; of
 * equal elements, those with the lower index come first.
 *
 * @param input not empty along any axis (ONNX Runtime would crash)
 * @returns `values`, and `indices` (int64) along the axis, with `count` elements there
 */
export function topK(
  input: Tensor,
  count: number,
  { axis = -1, largest = true }: { axis?: number; largest?: boolean } = {},
): { values: Tensor; indices: Tensor } {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  const how = { count, axis: normal, largest }
  const [values, indices] = applyOperator(topKOperator, [input], how).outputs
  return { values, indices }
}
