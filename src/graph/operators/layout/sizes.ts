/** Sizes as tensors: the size of a named dimension at run time. */
import { normaliseAxis } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'

export const sizeOperator: Operator<AxisAttribute, readonly [Tensor]> = {
  name: 'size',
  infer: ([input], { axis }, mistake) =>
    axis < input.rank
      ? [{ dataType: 'int64', shape: [] }]
      : mistake('0', `an axis ${axis}`, String(input)),
  lower(node, onnx) {
    const vector = onnx.sizes([node.inputs[0].size(node.attributes.axis)])
    onnx.write(node.outputs, 'Squeeze', [vector, onnx.constant('int64', [1], [0])])
  },
  flops: () => 0,
}

/** The size of an axis as an int64 scalar. */
export function sizeOf(input: Tensor, axis: number): Tensor {
  const size = input.size(axis)
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return typeof size === 'number'
    ? input.graph.scalar(size, 'int64')
    : applyOperator(sizeOperator, [input], { axis: normal }).outputs[0]
}

export const positionsOperator: Operator<AxisAttribute, readonly [Tensor]> = {
  name: 'positions',
  infer: ([input], { axis }, mistake) => {
    const size = input.shape[axis]
    return size === undefined
      ? mistake('0', `an axis ${axis}`, String(input))
      : [{ dataType: 'int64', shape: [size] }]
  },
  lower(node, onnx) {
    const size = onnx.sizes([node.inputs[0].size(node.attributes.axis)])
    const end = onnx.emit('Squeeze', [size, onnx.constant('int64', [1], [0])])
    const at = (value: number) => onnx.constant('int64', [], [value])
    onnx.write(node.outputs, 'Range', [at(0), end, at(1)])
  },
  flops: () => 0,
}

/** The positions 0, 1, ... along an axis of `input`, as an int64 vector. */
export function positions(input: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return applyOperator(positionsOperator, [input], { axis: normal }).outputs[0]
}
