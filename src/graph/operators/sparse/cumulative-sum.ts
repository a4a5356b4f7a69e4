/** Running sums. */
import { flag } from '../../onnx/attributes.js'
import { normaliseAxis, numericTypes } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'

interface CumulativeAttributes extends AxisAttribute {
  readonly exclusive: boolean
  readonly reverse: boolean
}

const cumulativeSumOperator: Operator<CumulativeAttributes, readonly [Tensor]> = {
  name: 'cumulativeSum',
  infer([input], { axis }, mistake) {
    const { dataType, shape } = input
    if (shape[axis] === undefined) return mistake('0', `an axis ${axis}`, String(input))
    if (!numericTypes.includes(dataType)) return mistake('0', 'numbers', dataType)
    return [{ dataType, shape }]
  },
  lower({ inputs: [input], outputs, attributes: { axis, exclusive, reverse } }, onnx) {
    const operands = [onnx.value(input), onnx.constant('int64', [], [axis])]
    const how = { exclusive: flag(exclusive), reverse: flag(reverse) }
    onnx.write(outputs, 'CumSum', operands, how)
  },
  gradient: ({ attributes: { axis, exclusive, reverse } }, [gradient]) => [
    gradient && cumulativeSum(gradient, axis, { exclusive, reverse: !reverse }),
  ],
}

/**
 * The running sum along an axis.
 *
 * @param options `exclusive` leaves each element out of its own sum; `reverse` sums from the end
 */
export function cumulativeSum(
  input: Tensor,
  axis: number,
  { exclusive = false, reverse = false }: { exclusive?: boolean; reverse?: boolean } = {},
): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  const how = { axis: normal, exclusive, reverse }
  return applyOperator(cumulativeSumOperator, [input], how).outputs[0]
}
