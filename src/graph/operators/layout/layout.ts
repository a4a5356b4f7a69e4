/** Operators that move elements without changing them. */
import { elementAt } from '../../../base/lookup.js'
import { int, ints, type Operator, type Tensor } from '../../graph.js'
import {
  addDimensions,
  type Dimension,
  formatShape,
  multiplyDimensions,
  normaliseAxis,
  type Shape,
  sameShape,
} from '../../shape/shape.js'
import { reduceToShape } from '../algebra/elementwise.js'

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

/**
 * Tensors one after another along an axis.
 *
 * @param inputs one or more, of one shape but for that axis
 * @throws LimbicError where they do not fit together, or there are none
 */
export function concat(inputs: readonly Tensor[], axis: number): Tensor {
  const first = elementAt(inputs, 0, 'tensor to put together')
  if (inputs.length === 1) return first
  const normal = normaliseAxis(axis, first.rank) ?? axis
  return first.graph.apply(concatOperator, inputs, { axis: normal }).output()
}

/**
 * Tensors of one shape stacked along a new axis.
 *
 * @throws LimbicError where their shapes differ, or there are none
 */
export function stack(inputs: readonly Tensor[], axis: number): Tensor {
  return concat(
    inputs.map((input) => unsqueeze(input, axis)),
    axis,
  )
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
    return [concat(filled, node.attributes.axis)]
  },
  flops: () => 0,
}

/** Consecutive parts of the given sizes along an axis. */
export function split(input: Tensor, sizes: Shape, axis: number): Tensor[] {
  if (sizes.length === 1) return [input]
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return [...input.graph.apply(splitOperator, [input], { sizes, axis: normal }).outputs]
}

/** Zeros of the shape and type of a tensor. */
export function zerosLike(input: Tensor): Tensor {
  return expand(input.graph.scalar(0, input.dataType), input.shape)
}
