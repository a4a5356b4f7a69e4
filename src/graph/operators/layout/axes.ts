/** Adding and removing axes of size 1. */
import { type Dimension, formatShape, normaliseAxis } from '../../shape/shape.js'
import {
  applyOperator,
  type Node,
  type OnnxTarget,
  type Operator,
  type Tensor,
} from '../../tensor.js'

interface AxesAttribute {
  readonly axes: readonly number[]
}

type AxesNode = Node<AxesAttribute, readonly [Tensor]>

function lowerAxes(onnxName: string) {
  return ({ inputs: [input], outputs, attributes: { axes } }: AxesNode, onnx: OnnxTarget): void => {
    const list = onnx.constant('int64', [axes.length], axes)
    onnx.write(outputs, onnxName, [onnx.value(input), list])
  }
}

const unsqueezeOperator: Operator<AxesAttribute, readonly [Tensor]> = {
  name: 'unsqueeze',
  infer([input], { axes }, mistake) {
    const rank = input.rank + axes.length
    if (axes.some((axis) => normaliseAxis(axis, rank) === undefined)) {
      return mistake('0', `axes below ${rank}`, `[${axes.join(', ')}]`)
    }
    const shape: Dimension[] = [...input.shape]
    // From the front, so that each ends up at its place in the result.
    for (const axis of axes) shape.splice(axis, 0, 1)
    return [{ dataType: input.dataType, shape }]
  },
  lower: lowerAxes('Unsqueeze'),
  gradient: ({ attributes: { axes } }, [gradient]) => [gradient && squeeze(gradient, axes)],
  flops: () => 0,
}

/** Adds axes of size 1 at these positions of the result. */
export function unsqueeze(input: Tensor, axes: number | readonly number[]): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes
  const rank = input.rank + list.length
  const normal = list.map((axis) => normaliseAxis(axis, rank) ?? axis).sort((a, b) => a - b)
  if (normal.length === 0) return input
  return applyOperator(unsqueezeOperator, [input], { axes: normal }).outputs[0]
}

const squeezeOperator: Operator<AxesAttribute, readonly [Tensor]> = {
  name: 'squeeze',
  infer([input], { axes }, mistake) {
    const wrong = axes.find((axis) => input.shape[axis] !== 1)
    if (wrong !== undefined) {
      return mistake('0', `size 1 at axis ${wrong}`, formatShape(input.shape))
    }
    const shape = input.shape.filter((_, axis) => !axes.includes(axis))
    return [{ dataType: input.dataType, shape }]
  },
  lower: lowerAxes('Squeeze'),
  gradient: ({ attributes: { axes } }, [gradient]) => [gradient && unsqueeze(gradient, axes)],
  flops: () => 0,
}

/** Removes axes of size 1. */
export function squeeze(input: Tensor, axes: number | readonly number[]): Tensor {
  const list = typeof axes === 'number' ? [axes] : axes
  const normal = list.map((axis) => normaliseAxis(axis, input.rank) ?? axis).sort((a, b) => a - b)
  if (normal.length === 0) return input
  return applyOperator(squeezeOperator, [input], { axes: normal }).outputs[0]
}
