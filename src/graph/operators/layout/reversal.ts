/** Operators that reverse an axis. */
import { int } from '../../onnx/attributes.js'
import { normaliseAxis, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'

const reverseOperator: Operator<AxisAttribute, readonly [Tensor]> = {
  name: 'reverse',
  infer: ([input], { axis }, mistake) =>
    axis < input.rank
      ? [{ dataType: input.dataType, shape: input.shape }]
      : mistake('0', `an axis ${axis}`, String(input)),
  lower(node, onnx) {
    const one = (value: number) => onnx.constant('int64', [1], [value])
    const input = onnx.value(node.inputs[0])
    const window = [one(-1), one(-(2 ** 31)), one(node.attributes.axis), one(-1)]
    onnx.write(node.outputs, 'Slice', [input, ...window])
  },
  gradient: (node, [gradient]) => [gradient && reverse(gradient, node.attributes.axis)],
  flops: () => 0,
}

/** Reverses an axis. */
export function reverse(input: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  if (input.shape[normal] === 1) return input
  return applyOperator(reverseOperator, [input], { axis: normal }).outputs[0]
}

interface TimeAttribute {
  readonly timeAxis: 0 | 1
}

const reverseSequenceOperator: Operator<TimeAttribute, readonly [Tensor, Tensor]> = {
  name: 'reverseSequence',
  infer([input, lengths], { timeAxis }, mistake) {
    if (input.rank < 2) return mistake('0', '[time, batch, ...]', String(input))
    const batch = input.size(1 - timeAxis)
    if (lengths.dataType !== 'int64' || !sameShape(lengths.shape, [batch])) {
      return mistake('1', `int64[${batch}]`, String(lengths))
    }
    return [{ dataType: input.dataType, shape: input.shape }]
  },
  lower(node, onnx) {
    const { timeAxis } = node.attributes
    onnx.write(node.outputs, 'ReverseSequence', onnx.values(node.inputs), {
      time_axis: int(timeAxis),
      batch_axis: int(1 - timeAxis),
    })
  },
  gradient: (node, [gradient]) => [
    gradient && reverseSequence(gradient, node.inputs[1], node.attributes.timeAxis),
  ],
  flops: () => 0,
}

/**
 * Reverses the first `lengths[b]` steps of each sequence; padding stays at the end.
 *
 * @param input [time, batch, ...], or [batch, time, ...] with `timeAxis` 1
 * @param lengths int64 [batch]
 */
export function reverseSequence(input: Tensor, lengths: Tensor, timeAxis: 0 | 1 = 0): Tensor {
  return applyOperator(reverseSequenceOperator, [input, lengths], { timeAxis }).outputs[0]
}
