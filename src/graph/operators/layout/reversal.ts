/** Operators that turn an axis round. */
import { int, type Operator, type Tensor } from '../../graph.js'
import { normaliseAxis, sameShape } from '../../shape/shape.js'

const reverseOperator: Operator<{ readonly axis: number }> = {
  name: 'reverse',
  infer: ([input], { axis }, mistake) =>
    input && axis < input.rank
      ? [{ dataType: input.dataType, shape: input.shape }]
      : mistake('0', `an axis ${axis}`, String(input)),
  lower(node, onnx) {
    const one = (value: number) => onnx.constant('int64', [1], [value])
    onnx.emit(
      'Slice',
      [onnx.value(node.input(0)), one(-1), one(-(2 ** 31)), one(node.attributes.axis), one(-1)],
      { outputs: [onnx.value(node.output())] },
    )
  },
  gradient: (node, [gradient]) => [gradient && reverse(gradient, node.attributes.axis)],
  flops: () => 0,
}

/** The elements of an axis from last to first. */
export function reverse(input: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  if (input.shape[normal] === 1) return input
  return input.graph.apply(reverseOperator, [input], { axis: normal }).output()
}

interface TimeAttribute {
  readonly timeAxis: 0 | 1
}

const reverseSequenceOperator: Operator<TimeAttribute> = {
  name: 'reverseSequence',
  infer([input, lengths], { timeAxis }, mistake) {
    if (!input || input.rank < 2) return mistake('0', '[time, batch, ...]', String(input))
    const batch = input.size(1 - timeAxis)
    if (lengths?.dataType !== 'int64' || !sameShape(lengths.shape, [batch])) {
      return mistake('1', `int64[${batch}]`, String(lengths))
    }
    return [{ dataType: input.dataType, shape: input.shape }]
  },
  lower(node, onnx) {
    const { timeAxis } = node.attributes
    onnx.emit('ReverseSequence', [onnx.value(node.input(0)), onnx.value(node.input(1))], {
      outputs: [onnx.value(node.output())],
      attributes: {
        time_axis: int(timeAxis),
        batch_axis: int(1 - timeAxis),
      },
    })
  },
  gradient: (node, [gradient]) => [
    gradient && reverseSequence(gradient, node.input(1), node.attributes.timeAxis),
  ],
  flops: () => 0,
}

/**
 * Turns round the first `lengths[b]` steps of each sequence and leaves its padding where it is.
 *
 * @param input [time, batch, ...], or [batch, time, ...] with `timeAxis` 1
 * @param lengths int64 [batch]
 */
export function reverseSequence(input: Tensor, lengths: Tensor, timeAxis: 0 | 1 = 0): Tensor {
  return input.graph.apply(reverseSequenceOperator, [input, lengths], { timeAxis }).output()
}
