/** Operators that pick, place and order elements by their positions. */
import {
  int,
  type Node,
  type OnnxAttribute,
  type OnnxTarget,
  type Operator,
  type ShapeMistake,
  type Tensor,
  text,
} from '../../graph.js'
import {
  type Dimension,
  formatShape,
  normaliseAxis,
  numericTypes,
  type Shape,
  sameShape,
} from '../../shape/shape.js'
import { cast, equal } from '../algebra/comparison.js'
import { direct, type NoAttributes, none } from '../algebra/elementwise.js'
import { transpose, unsqueeze, zerosLike } from '../layout/layout.js'

interface AxisAttribute {
  readonly axis: number
}

/** Lowering for operators that are one ONNX node with an axis. */
function alongAxis(onnxName: string, more: Readonly<Record<string, OnnxAttribute>> = {}) {
  return (node: Node<AxisAttribute>, onnx: OnnxTarget): void => {
    onnx.emit(
      onnxName,
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs: node.outputs.map((output) => onnx.value(output)),
        attributes: { axis: int(node.attributes.axis), ...more },
      },
    )
  }
}

const gatherOperator: Operator<AxisAttribute> = {
  name: 'gather',
  infer([input, indices], { axis }, mistake) {
    if (!input || input.shape[axis] === undefined) {
      return mistake('0', `an axis ${axis}`, String(input))
    }
    if (indices?.dataType !== 'int64') return mistake('1', 'int64', String(indices))
    return [
      {
        dataType: input.dataType,
        shape: [...input.shape.slice(0, axis), ...indices.shape, ...input.shape.slice(axis + 1)],
      },
    ]
  },
  lower: alongAxis('Gather'),
  gradient(node, [gradient]) {
    if (!gradient) return []
    const [input, indices] = [node.input(0), node.input(1)]
    const { axis } = node.attributes
    // The gathered axes go to the front, where whole slices are added up.
    const axes = input.shape.map((_, other) => other)
    const front = [axis, ...axes.filter((other) => other !== axis)]
    const before = axes.slice(0, axis)
    const gathered = indices.shape.map((_, other) => axis + other)
    const after = axes.slice(axis + 1).map((other) => other - 1 + indices.rank)
    const total = scatterNdAdd(
      transpose(zerosLike(input), front),
      unsqueeze(indices, -1),
      transpose(gradient, [...gathered, ...before, ...after]),
    )
    return [
      transpose(
        total,
        axes.map((other) => front.indexOf(other)),
      ),
    ]
  },
  flops: () => 0,
}

/**
 * The slices of `input` at the given positions of an axis. Its gradient adds up where a position
 * is taken more than once.
 *
 * @param indices int64 of any shape, each from -size (counted from the end) to size - 1
 * @returns the shape of `input` with `axis` replaced by the axes of `indices`
 */
export function gather(input: Tensor, indices: Tensor, axis = 0): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return input.graph.apply(gatherOperator, [input, indices], { axis: normal }).output()
}

const gatherNdOperator: Operator<NoAttributes> = {
  name: 'gatherNd',
  infer([input, indices], _, mistake) {
    if (!input) return mistake('0', 'a tensor', 'nothing')
    const depth = indices?.shape.at(-1)
    if (indices?.dataType !== 'int64' || typeof depth !== 'number' || depth > input.rank) {
      return mistake('1', `int64[..., at most ${input.rank}]`, String(indices))
    }
    return [
      {
        dataType: input.dataType,
        shape: [...indices.shape.slice(0, -1), ...input.shape.slice(depth)],
      },
    ]
  },
  lower: direct('GatherND'),
  gradient: (node, [gradient]) => [
    gradient && scatterNdAdd(zerosLike(node.input(0)), node.input(1), gradient),
  ],
  flops: () => 0,
}

/**
 * The elements (or slices) of `input` at the coordinates in the last axis of `indices`.
 *
 * @param indices int64 [..., depth], depth at most the rank of `input`
 * @returns [..., the axes of `input` after the first `depth`]
 */
export function gatherNd(input: Tensor, indices: Tensor): Tensor {
  return input.graph.apply(gatherNdOperator, [input, indices], none).output()
}

const scatterNdAddOperator: Operator<NoAttributes> = {
  name: 'scatterNdAdd',
  infer([target, indices, updates], _, mistake) {
    if (!target || !numericTypes.includes(target.dataType)) {
      return mistake('0', 'numbers', String(target))
    }
    const depth = indices?.shape.at(-1)
    if (indices?.dataType !== 'int64' || typeof depth !== 'number' || depth > target.rank) {
      return mistake('1', `int64[..., at most ${target.rank}]`, String(indices))
    }
    const wanted = [...indices.shape.slice(0, -1), ...target.shape.slice(depth)]
    if (updates?.dataType !== target.dataType || !sameShape(updates.shape, wanted)) {
      return mistake('2', `${target.dataType}${formatShape(wanted)}`, String(updates))
    }
    return [{ dataType: target.dataType, shape: target.shape }]
  },
  lower(node, onnx) {
    onnx.emit(
      'ScatterND',
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs: [onnx.value(node.output())],
        attributes: { reduction: text('add') },
      },
    )
  },
  gradient: (node, [gradient]) => [
    gradient,
    undefined,
    gradient && gatherNd(gradient, node.input(1)),
  ],
  flops: (node, size) => size(node.input(2).shape),
}

/**
 * `target` plus the updates, each at the coordinates in the last axis of `indices`; updates of one
 * place add up.
 *
 * @param indices int64 [..., depth]
 * @param updates [..., the axes of `target` after the first `depth`]
 */
export function scatterNdAdd(target: Tensor, indices: Tensor, updates: Tensor): Tensor {
  return target.graph.apply(scatterNdAddOperator, [target, indices, updates], none).output()
}

/** Whether there is one index for each place of a tensor but for an axis, along which they may be fewer. */
function checkIndices(
  indices: Tensor | undefined,
  tensor: Tensor,
  axis: number,
  mistake: ShapeMistake,
): Shape {
  const fits =
    indices?.dataType === 'int64' &&
    indices.rank === tensor.rank &&
    indices.shape.every((size, other) => other === axis || size === tensor.shape[other])
  return fits
    ? indices.shape
    : mistake(
        '1',
        `int64 of the shape ${formatShape(tensor.shape)} but for axis ${axis}`,
        String(indices),
      )
}

const gatherElementsOperator: Operator<AxisAttribute> = {
  name: 'gatherElements',
  infer([input, indices], { axis }, mistake) {
    if (!input || input.shape[axis] === undefined) {
      return mistake('0', `an axis ${axis}`, String(input))
    }
    return [{ dataType: input.dataType, shape: checkIndices(indices, input, axis, mistake) }]
  },
  lower: alongAxis('GatherElements'),
  gradient: (node, [gradient]) => [
    gradient && scatterAdd(zerosLike(node.input(0)), node.input(1), gradient, node.attributes.axis),
  ],
  flops: () => 0,
}

/**
 * One element for each index: `output[i][j] = input[indices[i][j]][j]` for axis 0 of two.
 *
 * @param indices int64, the shape of `input` but for `axis`
 */
export function gatherElements(input: Tensor, indices: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return input.graph.apply(gatherElementsOperator, [input, indices], { axis: normal }).output()
}

const scatterAddOperator: Operator<AxisAttribute> = {
  name: 'scatterAdd',
  infer([target, indices, updates], { axis }, mistake) {
    if (!target || target.shape[axis] === undefined) {
      return mistake('0', `an axis ${axis}`, String(target))
    }
    const wanted = checkIndices(indices, target, axis, mistake)
    if (updates?.dataType !== target.dataType || !sameShape(updates.shape, wanted)) {
      return mistake('2', `${target.dataType}${formatShape(wanted)}`, String(updates))
    }
    return [{ dataType: target.dataType, shape: target.shape }]
  },
  lower: alongAxis('ScatterElements', { reduction: text('add') }),
  gradient: (node, [gradient]) => [
    gradient,
    undefined,
    gradient && gatherElements(gradient, node.input(1), node.attributes.axis),
  ],
  flops: (node, size) => size(node.input(2).shape),
}

/**
 * `target` plus each update at its index along an axis: `output[indices[i][j]][j] += updates[i][j]`
 * for axis 0 of two; updates of one place add up.
 *
 * @param indices int64, the shape of `target` but for `axis`
 * @param updates the shape of `indices`
 */
export function scatterAdd(target: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, target.rank) ?? axis
  return target.graph
    .apply(scatterAddOperator, [target, indices, updates], { axis: normal })
    .output()
}

interface TopKAttributes {
  readonly count: number
  readonly axis: number
  readonly largest: boolean
}

const topKOperator: Operator<TopKAttributes> = {
  name: 'topK',
  infer([input], { count, axis }, mistake) {
    const whole = input?.shape[axis]
    if (!input || whole === undefined) return mistake('0', `an axis ${axis}`, String(input))
    if (!numericTypes.includes(input.dataType)) return mistake('0', 'numbers', input.dataType)
    if (typeof whole === 'number' && count > whole) {
      return mistake('0', `at least ${count} elements on axis ${axis}`, String(whole))
    }
    const shape = input.shape.map((size, other): Dimension => (other === axis ? count : size))
    return [
      { dataType: input.dataType, shape },
      { dataType: 'int64', shape },
    ]
  },
  lower(node, onnx) {
    const { count, axis, largest } = node.attributes
    onnx.emit('TopK', [onnx.value(node.input(0)), onnx.constant('int64', [1], [count])], {
      outputs: node.outputs.map((output) => onnx.value(output)),
      attributes: {
        axis: int(axis),
        largest: int(Number(largest)),
        sorted: int(1),
      },
    })
  },
  gradient: (node, [gradient]) => [
    gradient &&
      scatterAdd(zerosLike(node.input(0)), node.output(1), gradient, node.attributes.axis),
  ],
}

/**
 * The `count` largest elements of an axis (or the smallest, with `largest` false), best first;
 * of equal ones those with the lower index.
 *
 * @param input not empty along any axis (ONNX Runtime does not survive that)
 * @returns `values`, and `indices` (int64) along the axis, with `count` elements there
 */
export function topK(
  input: Tensor,
  count: number,
  { axis = -1, largest = true }: { axis?: number; largest?: boolean } = {},
): { values: Tensor; indices: Tensor } {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  const node = input.graph.apply(topKOperator, [input], { count, axis: normal, largest })
  return { values: node.output(0), indices: node.output(1) }
}

interface CumulativeAttributes {
  readonly axis: number
  readonly exclusive: boolean
  readonly reverse: boolean
}

const cumulativeSumOperator: Operator<CumulativeAttributes> = {
  name: 'cumulativeSum',
  infer([input], { axis }, mistake) {
    if (!input || input.shape[axis] === undefined) {
      return mistake('0', `an axis ${axis}`, String(input))
    }
    if (!numericTypes.includes(input.dataType)) return mistake('0', 'numbers', input.dataType)
    return [{ dataType: input.dataType, shape: input.shape }]
  },
  lower(node, onnx) {
    const { axis, exclusive, reverse } = node.attributes
    onnx.emit('CumSum', [onnx.value(node.input(0)), onnx.constant('int64', [], [axis])], {
      outputs: [onnx.value(node.output())],
      attributes: {
        exclusive: int(Number(exclusive)),
        reverse: int(Number(reverse)),
      },
    })
  },
  gradient(node, [gradient]) {
    const { axis, exclusive, reverse } = node.attributes
    return [gradient && cumulativeSum(gradient, axis, { exclusive, reverse: !reverse })]
  },
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
  return input.graph
    .apply(cumulativeSumOperator, [input], { axis: normal, exclusive, reverse })
    .output()
}

const nonZeroOperator: Operator<NoAttributes> = {
  name: 'nonZero',
  infer: ([input], _, mistake) =>
    input && input.rank > 0
      ? [{ dataType: 'int64', shape: [input.graph.freshDimension('nonZero'), input.rank] }]
      : mistake('0', 'a tensor of rank 1 or more', String(input)),
  lower(node, onnx) {
    const [places = ''] = onnx.emit('NonZero', [onnx.value(node.input(0))])
    onnx.emit('Transpose', [places], { outputs: [onnx.value(node.output())] })
  },
}

/**
 * The coordinates of the elements that are not 0 (or not false), in the order of memory.
 *
 * @returns int64 [count, rank], as `gatherNd` takes them; `count` is a dimension of its own that
 * only the run tells
 */
export function nonZero(input: Tensor): Tensor {
  return input.graph.apply(nonZeroOperator, [input], none).output()
}

/**
 * 1 at each index, 0 elsewhere, along a new last axis.
 *
 * @param indices int64 of any shape, each from 0 to depth - 1 (others give only zeros)
 * @returns float32 [..., depth]
 */
export function oneHot(indices: Tensor, depth: number): Tensor {
  const classes = indices.graph.constant(
    Array.from({ length: depth }, (_, place) => place),
    [depth],
    'int64',
  )
  return cast(equal(unsqueeze(indices, -1), classes), 'float32')
}
