/** Sizes as values: what a dimension's name stands for when the graph runs. */
import type { Operator, Tensor } from '../../graph.js'

const sizeOperator: Operator<{ readonly axis: number }> = {
  name: 'size',
  infer: ([input], { axis }, mistake) =>
    input && axis < input.rank
      ? [{ dataType: 'int64', shape: [] }]
      : mistake('0', `an axis ${axis}`, String(input)),
  lower(node, onnx) {
    const input = node.input(0)
    const vector = onnx.sizes([input.size(node.attributes.axis)])
    onnx.emit('Squeeze', [vector, onnx.constant('int64', [1], [0])], {
      outputs: [onnx.value(node.output())],
    })
  },
  flops: () => 0,
}

/** The size of an axis as an int64 scalar. */
export function sizeOf(input: Tensor, axis: number): Tensor {
  const size = input.size(axis)
  const normal = axis < 0 ? axis + input.rank : axis
  return typeof size === 'number'
    ? input.graph.scalar(size, 'int64')
    : input.graph.apply(sizeOperator, [input], { axis: normal }).output()
}

const rangeOperator: Operator<{ readonly axis: number }> = {
  name: 'positions',
  infer: ([input], { axis }, mistake) => {
    const size = input?.shape[axis]
    return size === undefined
      ? mistake('0', `an axis ${axis}`, String(input))
      : [{ dataType: 'int64', shape: [size] }]
  },
  lower(node, onnx) {
    const size = node.input(0).size(node.attributes.axis)
    const outputs = [onnx.value(node.output())]
    const [end] = onnx.emit('Squeeze', [onnx.sizes([size]), onnx.constant('int64', [1], [0])])
    const at = (value: number) => onnx.constant('int64', [], [value])
    onnx.emit('Range', [at(0), end ?? '', at(1)], { outputs })
  },
  flops: () => 0,
}

/** The positions 0, 1, ... along an axis of `input`, as an int64 vector. */
export function positions(input: Tensor, axis: number): Tensor {
  const normal = axis < 0 ? axis + input.rank : axis
  return input.graph.apply(rangeOperator, [input], { axis: normal }).output()
}
