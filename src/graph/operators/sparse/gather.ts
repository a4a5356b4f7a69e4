/** Gathering by positions along an axis or by coordinates, and its gradients, the scattered sums. */
import { int, text } from '../../onnx/attributes.js'
import { formatShape, normaliseAxis, numericTypes, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type ShapeMistake, type Tensor } from '../../tensor.js'
import { type AxisAttribute, direct, type NoAttributes, none } from '../define.js'
import { unsqueeze } from '../layout/axes.js'
import { zerosLike } from '../layout/stretch.js'
import { transpose } from '../layout/transpose.js'

const gatherOperator: Operator<AxisAttribute, readonly [Tensor, Tensor]> = {
  name: 'gather',
  infer([input, indices], { axis }, mistake) {
    if (input.shape[axis] === undefined) return mistake('0', `an axis ${axis}`, String(input))
    if (indices.dataType !== 'int64') return mistake('1', 'int64', String(indices))
    const shape = [...input.shape.slice(0, axis), ...indices.shape, ...input.shape.slice(axis + 1)]
    return [{ dataType: input.dataType, shape }]
  },
  lower({ inputs, outputs, attributes: { axis } }, onnx) {
    onnx.write(outputs, 'Gather', onnx.values(inputs), { axis: int(axis) })
  },
  gradient({ inputs: [input, indices], attributes: { axis } }, [gradient]) {
    if (!gradient) return []
    // Moves the gathered axes to the front, where whole slices are added.
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
    const back = axes.map((other) => front.indexOf(other))
    return [transpose(total, back)]
  },
  flops: () => 0,
}

/**
 * The slices of `input` at the given positions of an axis. Gradients add up where a position occurs
 * more than once.
 *
 * @param indices int64 of any shape, each from -size (counted from the end) to size - 1
 * @returns the shape of `input` with `axis` replaced by the axes of `indices`
 */
export function gather(input: Tensor, indices: Tensor, axis = 0): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return applyOperator(gatherOperator, [input, indices], { axis: normal }).outputs[0]
}

/** The number of coordinates in the last axis of `indices`. */
function checkCoordinates(input: Tensor, indices: Tensor, mistake: ShapeMistake): number {
  const depth = indices.shape.at(-1)
  if (indices.dataType === 'int64' && typeof depth === 'number' && depth <= input.rank) return depth
  return mistake('1', `int64[..., at most ${input.rank}]`, String(indices))
}

const gatherNdOperator: Operator<NoAttributes, readonly [Tensor, Tensor]> = {
  name: 'gatherNd',
  infer([input, indices], _, mistake) {
    const depth = checkCoordinates(input, indices, mistake)
    const shape = [...indices.shape.slice(0, -1), ...input.shape.slice(depth)]
    return [{ dataType: input.dataType, shape }]
  },
  lower: direct('GatherND'),
  gradient: ({ inputs: [input, indices] }, [gradient]) => [
    gradient && scatterNdAdd(zerosLike(input), indices, gradient),
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
  return applyOperator(gatherNdOperator, [input, indices], none).outputs[0]
}

const scatterNdAddOperator: Operator<NoAttributes, readonly [Tensor, Tensor, Tensor]> = {
  name: 'scatterNdAdd',
  infer([target, indices, updates], _, mistake) {
    const { dataType, shape } = target
    if (!numericTypes.includes(dataType)) return mistake('0', 'numbers', String(target))
    const depth = checkCoordinates(target, indices, mistake)
    const wanted = [...indices.shape.slice(0, -1), ...shape.slice(depth)]
    if (updates.dataType !== dataType || !sameShape(updates.shape, wanted)) {
      return mistake('2', `${dataType}${formatShape(wanted)}`, String(updates))
    }
    return [{ dataType, shape }]
  },
  lower({ inputs, outputs }, onnx) {
    onnx.write(outputs, 'ScatterND', onnx.values(inputs), { reduction: text('add') })
  },
  gradient: ({ inputs: [, indices] }, [gradient]) => [
    gradient,
    undefined,
    gradient && gatherNd(gradient, indices),
  ],
  flops: ({ inputs: [, , updates] }, size) => size(updates.shape),
}

/**
 * `target` plus the updates, each at the coordinates in the last axis of `indices`; updates at the
 * same coordinates add up.
 *
 * @param indices int64 [..., depth]
 * @param updates [..., the axes of `target` after the first `depth`]
 */
export function scatterNdAdd(target: Tensor, indices: Tensor, updates: Tensor): Tensor {
  return applyOperator(scatterNdAddOperator, [target, indices, updates], none).outputs[0]
}
