/** The elementwise maximum of several rows. */
import { flag, ints } from '../../onnx/attributes.js'
import { formatShape, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { subtract } from '../algebra/arithmetic.js'
import { equal, where } from '../algebra/comparison.js'
import { type NoAttributes, none } from '../define.js'
import { gather } from './gather.js'
import { areRows, emitRows } from './rows.js'

const poolRowsOperator: Operator<NoAttributes, readonly [Tensor, Tensor, Tensor]> = {
  name: 'poolRows',
  infer([input, windows, parents], _, mistake) {
    if (!areRows(input)) return mistake('0', 'numbers [rows, a number of columns]', String(input))
    if (windows.dataType !== 'int64' || windows.rank !== 2) {
      return mistake('1', 'int64[windows, rows of a window]', String(windows))
    }
    const wanted = [input.size(0)]
    if (parents.dataType !== 'int64' || !sameShape(parents.shape, wanted)) {
      return mistake('2', `int64${formatShape(wanted)}`, String(parents))
    }
    return [{ dataType: input.dataType, shape: [windows.size(0), input.size(1)] }]
  },
  lower({ inputs: [input, windows], outputs }, onnx) {
    const members = emitRows(input, onnx.value(windows), onnx)
    if (onnx.older) {
      onnx.write(outputs, 'ReduceMax', [members], { keepdims: flag(false), axes: ints([1]) })
      return
    }
    const axis = onnx.constant('int64', [1], [1])
    onnx.write(outputs, 'ReduceMax', [members, axis], { keepdims: flag(false) })
  },
  gradient({ inputs: [input, , parents], outputs: [output] }, [gradient]) {
    if (!gradient) return []
    const places = subtract(parents, 1)
    const won = equal(input, gather(output, places))
    return [where(won, gather(gradient, places), 0)]
  },
  flops: ({ inputs: [input] }, size) => size(input.shape),
}

/**
 * The elementwise maximum of the rows of each window; windows do not overlap. If several rows have
 * the same largest element, each receives the gradient.
 *
 * @param input [rows, width]
 * @param windows int64 [windows, members]: rows counted from 1; 0 is a row of zeros
 * @param parents int64 [rows]: the window of each row, counted from 1
 * @returns [windows, width]
 */
export function poolRows(input: Tensor, windows: Tensor, parents: Tensor): Tensor {
  return applyOperator(poolRowsOperator, [input, windows, parents], none).outputs[0]
}
