/** Coordinates of elements that are not 0. */
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { type NoAttributes, none } from '../define.js'

const nonZeroOperator: Operator<NoAttributes, readonly [Tensor]> = {
  name: 'nonZero',
  infer: ([input], _, mistake) =>
    input.rank > 0
      ? [{ dataType: 'int64', shape: [input.graph.freshDimension('nonZero'), input.rank] }]
      : mistake('0', 'a tensor of rank 1 or more', String(input)),
  lower({ inputs, outputs }, onnx) {
    const places = onnx.emit('NonZero', onnx.values(inputs))
    onnx.write(outputs, 'Transpose', [places])
  },
}

/**
 * The coordinates of the elements that are not 0 (or not false), in row-major order.
 *
 * @returns int64 [count, rank], as `gatherNd` takes them; `count` is a new dimension, known only at
 * run time
 */
export function nonZero(input: Tensor): Tensor {
  return applyOperator(nonZeroOperator, [input], none).outputs[0]
}
