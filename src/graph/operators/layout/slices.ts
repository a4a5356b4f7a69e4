/** Operators that remove or add elements at the ends of axes. */
import {
  addDimensions,
  type Dimension,
  formatShape,
  normaliseAxis,
  type Shape,
  subtractDimensions,
} from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'

interface PadAttributes {
  readonly before: Shape
  readonly after: Shape
  readonly value: number
}

const padOperator: Operator<PadAttributes, readonly [Tensor]> = {
  name: 'pad',
  infer([input], { before, after }, mistake) {
    if (before.length !== input.rank || after.length !== input.rank) {
      return mistake('0', `${before.length} axes`, formatShape(input.shape))
    }
    return [
      {
        dataType: input.dataType,
        shape: input.shape.map((size, axis) =>
          [before[axis] ?? 0, after[axis] ?? 0].reduce(addDimensions, size),
        ),
      },
    ]
  },
  lower(node, onnx) {
    const { before, after, value } = node.attributes
    const [input] = node.inputs
    const ends = onnx.sizes([...before, ...after])
    const filling = onnx.constant(input.dataType, [], [value])
    onnx.write(node.outputs, 'Pad', [onnx.value(input), ends, filling])
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { before, after } = node.attributes
    const opposite = (sizes: Shape) => sizes.map((size) => subtractDimensions(0, size))
    return [pad(gradient, opposite(before), opposite(after))]
  },
  flops: () => 0,
}

/**
 * Adds `before[i]` and `after[i]` elements of `value` at the ends of axis i; negative numbers
 * remove elements.
 */
export function pad(input: Tensor, before: Shape, after: Shape, value = 0): Tensor {
  if ([...before, ...after].every((size) => size === 0)) return input
  return applyOperator(padOperator, [input], { before, after, value }).outputs[0]
}

interface SliceAttributes extends AxisAttribute {
  readonly start: Dimension
  readonly size: Dimension
}

const sliceOperator: Operator<SliceAttributes, readonly [Tensor]> = {
  name: 'slice',
  infer([input], { axis, start, size }, mistake) {
    const whole = input.shape[axis]
    if (whole === undefined) return mistake('0', `an axis ${axis}`, String(input))
    if (
      typeof whole === 'number' &&
      typeof start === 'number' &&
      typeof size === 'number' &&
      (start < 0 || size < 0 || start + size > whole)
    ) {
      return mistake('0', `at least ${start + size} elements on axis ${axis}`, String(whole))
    }
    return [
      {
        dataType: input.dataType,
        shape: input.shape.map((other, position) => (position === axis ? size : other)),
      },
    ]
  },
  lower(node, onnx) {
    const { axis, start, size } = node.attributes
    onnx.write(node.outputs, 'Slice', [
      onnx.value(node.inputs[0]),
      onnx.sizes([start]),
      onnx.sizes([addDimensions(start, size)]),
      onnx.constant('int64', [1], [axis]),
    ])
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { axis, start, size } = node.attributes
    const [input] = node.inputs
    const rest = subtractDimensions(input.size(axis), addDimensions(start, size))
    const at = (value: Dimension) => input.shape.map((_, other) => (other === axis ? value : 0))
    return [pad(gradient, at(start), at(rest))]
  },
  flops: () => 0,
}

function cut(input: Tensor, axis: number, start: Dimension, size: Dimension): Tensor {
  return applyOperator(sliceOperator, [input], { axis, start, size }).outputs[0]
}

/**
 * The elements `start` up to, not including, `end` of an axis. Negative positions count from the
 * end; without `end` the slice goes to the last element. On a named axis, positions must lie within
 * its size at run time.
 */
export function slice(input: Tensor, axis: number, start: number, end?: number): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  const whole = input.size(normal)
  const place = (position: number): Dimension =>
    position < 0 ? addDimensions(whole, position) : position
  const first = place(start)
  const size = subtractDimensions(end === undefined ? whole : place(end), first)
  if (first === 0 && size === whole) return input
  return cut(input, normal, first, size)
}
