/** Gathering single elements along an axis, each by its own index, and its gradient, the scattered sum. */
import { int, text } from '../../onnx/attributes.js'
import { formatShape, normaliseAxis, type Shape, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type ShapeMistake, type Tensor } from '../../tensor.js'
import type { AxisAttribute } from '../define.js'
import { zerosLike } from '../layout/stretch.js'

/** Whether indices have the shape of a tensor except along an axis, where there may be fewer. */
function checkIndices(tensor: Tensor, indices: Tensor, axis: number, mistake: ShapeMistake): Shape {
  if (tensor.shape[axis] === undefined) return mistake('0', `an axis ${axis}`, String(tensor))
  const fits =
    indices.dataType === 'int64' &&
    indices.rank === tensor.rank &&
    indices.shape.every((size, other) => other === axis || size === tensor.shape[other])
  if (fits) return indices.shape
  const wanted = `int64 of the shape ${formatShape(tensor.shape)} except on axis ${axis}`
  return mistake('1', wanted, String(indices))
}

const gatherElementsOperator: Operator<AxisAttribute, readonly [Tensor, Tensor]> = {
  name: 'gatherElements',
  infer: ([input, indices], { axis }, mistake) => [
    { dataType: input.dataType, shape: checkIndices(input, indices, axis, mistake) },
  ],
  lower({ inputs, outputs, attributes: { axis } }, onnx) {
    onnx.write(outputs, 'GatherElements', onnx.values(inputs), { axis: int(axis) })
  },
  gradient: ({ inputs: [input, indices], attributes: { axis } }, [gradient]) => [
    gradient && scatterAdd(zerosLike(input), indices, gradient, axis),
  ],
  flops: () => 0,
}

/**
 * One element for each index: `output[i][j] = input[indices[i][j]][j]` for axis 0 of two.
 *
 * @param indices int64, of the shape of `input` except along `axis`
 */
export function gatherElements(input: Tensor, indices: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, input.rank) ?? axis
  return applyOperator(gatherElementsOperator, [input, indices], { axis: normal }).outputs[0]
}

const scatterAddOperator: Operator<AxisAttribute, readonly [Tensor, Tensor, Tensor]> = {
  name: 'scatterAdd',
  infer([target, indices, updates], { axis }, mistake) {
    const { dataType, shape } = target
    const wanted = checkIndices(target, indices, axis, mistake)
    if (updates.dataType !== dataType || !sameShape(updates.shape, wanted)) {
      return mistake('2', `${dataType}${formatShape(wanted)}`, String(updates))
    }
    return [{ dataType, shape }]
  },
  lower({ inputs, outputs, attributes: { axis } }, onnx) {
    const how = { axis: int(axis), reduction: text('add') }
    onnx.write(outputs, 'ScatterElements', onnx.values(inputs), how)
  },
  gradient: ({ inputs: [, indices], attributes: { axis } }, [gradient]) => [
    gradient,
    undefined,
    gradient && gatherElements(gradient, indices, axis),
  ],
  flops: ({ inputs: [, , updates] }, size) => size(updates.shape),
}

/**
 * `target` plus each update at its index along an axis: `output[indices[i][j]][j] += updates[i][j]`
 * for axis 0 of two; updates at the same index add up.
 *
 * @param indices int64, of the shape of `target` except along `axis`
 * @param updates of the shape of `indices`
 */
export function scatterAdd(target: Tensor, indices: Tensor, updates: Tensor, axis: number): Tensor {
  const normal = normaliseAxis(axis, target.rank) ?? axis
  const operands = [target, indices, updates] as const
  return applyOperator(scatterAddOperator, operands, { axis: normal }).outputs[0]
}
