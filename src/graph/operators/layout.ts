/** Operators that move elements without changing them. */
import { int, ints, type Operator, type Tensor } from '../graph.js'
import {
  addDimensions,
  type Dimension,
  formatShape,
  multiplyDimensions,
  normaliseAxis,
  type Shape,
  sameShape,
  subtractDimensions,
} from '../shape.js'
import { direct, type NoAttributes, none, reduceToShape } from './elementwise.js'

interface ShapeAttribute {
  readonly shape: Shape
}

const reshapeOperator: Operator<ShapeAttribute> = {
  name: 'reshape',
  infer([input], { shape }, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    if (multiplyDimensions(input.shape) !== multiplyDimensions(shape)) {
      return mistake(
        '0',
        `as many elements as ${formatShape(shape)}`,
        `${formatShape(input.shape)}`,
      )
    }
    return [{ dataType: input.dataType, shape }]
  },
  lower(node, onnx) {
    const input = node.input(0)
    const { shape } = node.attributes
    const target = shape.map((size, axis) =>
      typeof size === 'number' ? size : size === input.shape[axis] ? 0 : undefined,
    )
    // At most one size may be left for the run to infer, and none where it could be zero.
    const open = target.filter((size) => size === undefined).length
    const mayBeEmpty = shape.some(
      (size) => size === 0 || (typeof size === 'string' && size.includes('#')),
    )
    const constant = open <= 1 && !mayBeEmpty
    const sizes = constant
      ? onnx.constant(
          'int64',
          [shape.length],
          target.map((size) => size ?? -1),
        )
      : onnx.sizes(shape)
    onnx.emit('Reshape', [onnx.value(input), sizes], {
      outputs: [onnx.value(node.output())],
      ...(constant ? {} : { attributes: { allowzero: int(1) } }),
    })
  },
  gradient: (node, [gradient]) => [gradient && reshape(gradient, node.input(0).shape)],
  flops: () => 0,
}

/**
 * The same elements in the same order under another shape. Names stand for sizes of at least 1,
 * but for those that `nonZero` makes, which may turn out to be 0.
 */
export function reshape(input: Tensor, shape: Shape): Tensor {
  return sameShape(input.shape, shape)
    ? input
    : input.graph.apply(reshapeOperator, [input], { shape }).output()
}

const transposeOperator: Operator<{ readonly order: readonly number[] }> = {
  name: 'transpose',
  infer([input], { order }, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    const wanted = input.shape.map((_, axis) => axis)
    if (
      !sameShape(
        [...order].sort((a, b) => a - b),
        wanted,
      )
    ) {
      return mistake('0', `an order of ${input.rank} axes`, `[${order.join(', ')}]`)
    }
    return [
      { dataType: input.dataType, shape: order.map((axis) => input.shape[axis] as Dimension) },
    ]
  },
  lower(node, onnx) {
    onnx.emit('Transpose', [onnx.value(node.input(0))], {
      outputs: [onnx.value(node.output())],
      attributes: { perm: ints(node.attributes.order) },
    })
  },
  gradient: (node, [gradient]) => [
    gradient &&
      transpose(
        gradient,
        node.attributes.order.map((_, axis) => node.attributes.order.indexOf(axis)),
      ),
  ],
  flops: () => 0,
}

/** Axis `i` of the result is axis `order[i]` of the input; without an order the last two are swapped. */
export function transpose(input: Tensor, order?: readonly number[]): Tensor {
  const last = input.rank - 1
  const chosen =
    order ??
    input.shape.map((_, axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis))
  if (chosen.every((axis, position) => axis === position)) return input
  const { origin } = input
  if (origin.kind === 'node' && origin.node.operator.name === transposeOperator.name) {
    // Of two transpositions one remains.
    const { order: before } = origin.node.attributes as { readonly order: readonly number[] }
    return transpose(
      origin.node.input(0),
      chosen.map((axis) => before[axis] ?? axis),
    )
  }
  return input.graph.apply(transposeOperator, [input], { order: chosen }).output()
}

/** What a transposed tensor was before, and in which order its axes were put; undefined for others. */
export function orderOf({
  origin,
}: Tensor): { readonly input: Tensor; readonly order: readonly number[] } | undefined {
  if (origin.kind !== 'node' || origin.node.operator.name !== transposeOperator.name) return
  const { order } = origin.node.attributes as { readonly order: readonly number[] }
  return { input: origin.node.input(0), order }
}

interface AxesAttribute {
  readonly axes: readonly number[]
}

const unsqueezeOperator: Operator<AxesAttribute> = {
  name: 'unsqueeze',
  infer([input], { axes }, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    const rank = input.rank + axes.length
    if (axes.some((axis) => normaliseAxis(axis, rank) === undefined)) {
      return mistake('0', `axes below ${rank}`, `[${axes.join(', ')}]`)
    }
    const rest = [...input.shape]
    const shape = Array.from({ length: rank }, (_, axis) =>
      axes.includes(axis) ? 1 : (rest.shift() as Dimension),
    )
    return [{ dataType: input.dataType, shape }]
  },
  lower(node, onnx) {
    const { axes } = node.attributes
    onnx.emit(
      'Unsqueeze',
      [onnx.value(node.input(0)), onnx.constant('int64', [axes.length], axes)],
      {
        outputs: [onnx.value(node.output())],
      },
    )
  },
  gradient: (node, [gradient]) => [gradient && squeeze(gradient, node.attributes.axes)],
  flops: () => 0,
}

/** Adds axes of size 1 at these places of the result. */
export function unsqueeze(input: Tensor, axes: number | readonly number[]): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes
  const rank = input.rank + list.length
  const normal = list.map((axis) => normaliseAxis(axis, rank) ?? axis).sort((a, b) => a - b)
  if (normal.length === 0) return input
  return input.graph.apply(unsqueezeOperator, [input], { axes: normal }).output()
}

const squeezeOperator: Operator<AxesAttribute> = {
  name: 'squeeze',
  infer([input], { axes }, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    const wrong = axes.find((axis) => input.shape[axis] !== 1)
    if (wrong !== undefined)
      return mistake('0', `size 1 at axis ${wrong}`, formatShape(input.shape))
    return [
      {
        dataType: input.dataType,
        shape: input.shape.filter((_, axis) => !axes.includes(axis)),
      },
    ]
  },
  lower(node, onnx) {
    const { axes } = node.attributes
    onnx.emit('Squeeze', [onnx.value(node.input(0)), onnx.constant('int64', [axes.length], axes)], {
      outputs: [onnx.value(node.output())],
    })
  },
  gradient: (node, [gradient]) => [gradient && unsqueeze(gradient, node.attributes.axes)],
  flops: () => 0,
}

/** Removes axes of size 1. */
export function squeeze(input: Tensor, axes: number | readonly number[]): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes
  const normal = list.map((axis) => normaliseAxis(axis, input.rank) ?? axis).sort((a, b) => a - b)
  if (normal.length === 0) return input
  return input.graph.apply(squeezeOperator, [input], { axes: normal }).output()
}

const expandOperator: Operator<ShapeAttribute> = {
  name: 'expand',
  infer([input], { shape }, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    const offset = shape.length - input.rank
    const fits =
      offset >= 0 && input.shape.every((size, axis) => size === 1 || size === shape[axis + offset])
    if (!fits) {
      return mistake(
        '0',
        `a shape that stretches to ${formatShape(shape)}`,
        formatShape(input.shape),
      )
    }
    return [{ dataType: input.dataType, shape }]
  },
  lower(node, onnx) {
    onnx.emit('Expand', [onnx.value(node.input(0)), onnx.sizes(node.attributes.shape)], {
      outputs: [onnx.value(node.output())],
    })
  },
  gradient: (node, [gradient]) => [gradient && reduceToShape(gradient, node.input(0).shape)],
  flops: () => 0,
}

/** The input repeated along axes of size 1 (or new leading ones) until it has `shape`. */
export function expand(input: Tensor, shape: Shape): Tensor {
  return sameShape(input.shape, shape)
    ? input
    : input.graph.apply(expandOperator, [input], { shape }).output()
}

const concatOperator: Operator<{ readonly axis: number }> = {
  name: 'concat',
  infer(inputs, { axis }, mistake) {
    const [first] = inputs
    if (!first || axis >= first.rank || axis < 0) {
      return mistake('0', `an axis ${axis}`, String(first))
    }
    inputs.forEach((input, position) => {
      if (input.dataType !== first.dataType) {
        mistake(String(position), first.dataType, input.dataType)
      }
      const fits =
        input.rank === first.rank &&
        input.shape.every((size, other) => other === axis || size === first.shape[other])
      if (!fits) {
        mistake(
          String(position),
          `the shape ${formatShape(first.shape)} but for axis ${axis}`,
          formatShape(input.shape),
        )
      }
    })
    const total = inputs
      .map((input) => input.shape[axis] as Dimension)
      .reduce((sum, size) => addDimensions(sum, size))
    return [
      {
        dataType: first.dataType,
        shape: first.shape.map((size, other) => (other === axis ? total : size)),
      },
    ]
  },
  lower(node, onnx) {
    onnx.emit(
      'Concat',
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs: [onnx.value(node.output())],
        attributes: { axis: int(node.attributes.axis) },
      },
    )
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { axis } = node.attributes
    return split(
      gradient,
      node.inputs.map((input) => input.size(axis)),
      axis,
    )
  },
  flops: () => 0,
}

/** Tensors one after another along an axis. */
export function concat(inputs: readonly [Tensor, ...Tensor[]], axis: number): Tensor {
  const [first] = inputs
  if (inputs.length === 1) return first
  const normal = normaliseAxis(axis, first.rank) ?? axis
  return first.graph.apply(concatOperator, inputs, { axis: normal }).output()
}

/** Tensors of one shape stacked along a new axis. */
export function stack(inputs: readonly [Tensor, ...Tensor[]], axis: number): Tensor {
  const [first, ...others] = inputs
  return concat([unsqueeze(first, axis), ...others.map((input) => unsqueeze(input, axis))], axis)
}

interface SplitAttributes {
  readonly sizes: Shape
  readonly axis: number
}

const splitOperator: Operator<SplitAttributes> = {
  name: 'split',
  infer([input], { sizes, axis }, mistake) {
    const total = input?.shape[axis]
    if (!input || total === undefined) return mistake('0', `an axis ${axis}`, String(input))
    const sum = sizes.reduce((one, other) => addDimensions(one, other), 0 as Dimension)
    if (sum !== total) {
      return mistake('0', `parts that add up to ${total}`, `${sizes.join(' + ')} = ${sum}`)
    }
    return sizes.map((size) => ({
      dataType: input.dataType,
      shape: input.shape.map((whole, other) => (other === axis ? size : whole)),
    }))
  },
  lower(node, onnx) {
    const { sizes, axis } = node.attributes
    onnx.emit('Split', [onnx.value(node.input(0)), onnx.sizes(sizes)], {
      // ONNX Runtime does not survive a part without a name, wanted or not.
      outputs: node.outputs.map((output) => onnx.value(output)),
      attributes: { axis: int(axis) },
    })
  },
  gradient(node, parts) {
    const filled = node.outputs.map(
      (output, position) =>
        parts[position] ?? expand(output.graph.scalar(0, output.dataType), output.shape),
    )
    return [concat(filled as [Tensor, ...Tensor[]], node.attributes.axis)]
  },
  flops: () => 0,
}

/** Consecutive parts of the given sizes along an axis. */
export function split(input: Tensor, sizes: Shape, axis: number): Tensor[] {
  if (sizes.length === 1) return [input]
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return [...input.graph.apply(splitOperator, [input], { sizes, axis: normal }).outputs]
}

interface PadAttributes {
  readonly before: Shape
  readonly after: Shape
  readonly value: number
}

const padOperator: Operator<PadAttributes> = {
  name: 'pad',
  infer([input], { before, after }, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    if (before.length !== input.rank || after.length !== input.rank) {
      return mistake('0', `${before.length} axes`, formatShape(input.shape))
    }
    return [
      {
        dataType: input.dataType,
        shape: input.shape.map((size, axis) =>
          addDimensions(addDimensions(size, before[axis] as Dimension), after[axis] as Dimension),
        ),
      },
    ]
  },
  lower(node, onnx) {
    const { before, after, value } = node.attributes
    const input = node.input(0)
    onnx.emit(
      'Pad',
      [
        onnx.value(input),
        onnx.sizes([...before, ...after]),
        onnx.constant(input.dataType, [], [value]),
      ],
      { outputs: [onnx.value(node.output())] },
    )
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
 * The input with `before[i]` and `after[i]` more elements of `value` at the ends of axis i;
 * negative numbers take elements away.
 */
export function pad(input: Tensor, before: Shape, after: Shape, value = 0): Tensor {
  if ([...before, ...after].every((size) => size === 0)) return input
  return input.graph.apply(padOperator, [input], { before, after, value }).output()
}

interface SliceAttributes {
  readonly axis: number
  readonly start: Dimension
  readonly size: Dimension
}

const sliceOperator: Operator<SliceAttributes> = {
  name: 'slice',
  infer([input], { axis, start, size }, mistake) {
    const whole = input?.shape[axis]
    if (!input || whole === undefined) return mistake('0', `an axis ${axis}`, String(input))
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
    onnx.emit(
      'Slice',
      [
        onnx.value(node.input(0)),
        onnx.sizes([start]),
        onnx.sizes([addDimensions(start, size)]),
        onnx.constant('int64', [1], [axis]),
      ],
      { outputs: [onnx.value(node.output())] },
    )
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { axis, start, size } = node.attributes
    const input = node.input(0)
    const rest = subtractDimensions(input.size(axis), addDimensions(start, size))
    const at = (value: Dimension) => input.shape.map((_, other) => (other === axis ? value : 0))
    return [pad(gradient, at(start), at(rest))]
  },
  flops: () => 0,
}

function cut(input: Tensor, axis: number, start: Dimension, size: Dimension): Tensor {
  return input.graph.apply(sliceOperator, [input], { axis, start, size }).output()
}

/**
 * The elements `start` up to, not including, `end` of an axis. Negative positions count from the
 * end; without `end` the slice goes to the last element. On an axis with a name, positions must
 * lie inside whatever size the run brings.
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

const stopOperator: Operator<NoAttributes> = {
  name: 'stopGradient',
  infer: ([input], _, mistake) =>
    input
      ? [{ dataType: input.dataType, shape: input.shape }]
      : mistake('0', 'a tensor', 'nothing'),
  lower: direct('Identity'),
  gradient: () => [],
  flops: () => 0,
}

/** The input as it is, which no gradient passes. */
export function stopGradient(input: Tensor): Tensor {
  return input.graph.apply(stopOperator, [input], none).output()
}

/** Zeros of the shape and type of a tensor. */
export function zerosLike(input: Tensor): Tensor {
  return expand(input.graph.scalar(0, input.dataType), input.shape)
}
