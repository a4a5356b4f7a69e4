/** Expanding over axes, and the sum over axes: each is the gradient of the other. */
import { flag, ints } from '../../onnx/attributes.js'
import {
  type Dimension,
  formatShape,
  normaliseAxis,
  type Shape,
  sameShape,
} from '../../shape/shape.js'
import {
  applyOperator,
  type Node,
  type OnnxTarget,
  type Operator,
  type Tensor,
} from '../../tensor.js'
import { squeeze, unsqueeze } from './axes.js'
import { reshape } from './reshape.js'

/** Repeats the input along axes of size 1, or new leading ones. */
export const expandOperator: Operator<{ readonly shape: Shape }, readonly [Tensor]> = {
  name: 'expand',
  infer([input], { shape }, mistake) {
    const offset = shape.length - input.rank
    const fits =
      offset >= 0 && input.shape.every((size, axis) => size === 1 || size === shape[axis + offset])
    if (!fits) {
      const wanted = `a shape that stretches to ${formatShape(shape)}`
      return mistake('0', wanted, formatShape(input.shape))
    }
    return [{ dataType: input.dataType, shape }]
  },
  lower({ inputs: [input], outputs, attributes: { shape } }, onnx) {
    onnx.write(outputs, 'Expand', [onnx.value(input), onnx.sizes(shape)])
  },
  gradient: ({ inputs: [input] }, [gradient]) => [gradient && reduceToShape(gradient, input.shape)],
  flops: () => 0,
}

/** Repeats the input along axes of size 1 (or new leading ones) to `shape`. */
export function expand(input: Tensor, shape: Shape): Tensor {
  if (sameShape(input.shape, shape)) return input
  return applyOperator(expandOperator, [input], { shape }).outputs[0]
}

/** Zeros of a tensor's shape and type. */
export function zerosLike(input: Tensor): Tensor {
  return expand(input.graph.scalar(0, input.dataType), input.shape)
}

/** One axis, several, or (when absent) all; a negative axis counts from the end. */
export type Axes = number | readonly number[] | undefined

/** Which axes are reduced (not negative), and whether they are kept with size 1. */
export interface ReductionAttributes {
  readonly axes: readonly number[]
  readonly keep: boolean
}

export type ReductionNode = Node<ReductionAttributes, readonly [Tensor]>

/** An operator that reduces axes to one value each. */
export function reductionOperator(
  name: string,
  onnxName: string,
  gradient: (node: ReductionNode, gradient: Tensor) => Tensor,
): Operator<ReductionAttributes, readonly [Tensor]> {
  return {
    name,
    infer([input], { axes, keep }, mistake) {
      if (input.dataType === 'bool') return mistake('0', 'numbers', 'bool')
      const outside = axes.find((axis) => normaliseAxis(axis, input.rank) === undefined)
      if (outside !== undefined) {
        return mistake('0', `an axis ${outside}`, formatShape(input.shape))
      }
      const shape = input.shape.flatMap((size, axis): Dimension[] =>
        axes.includes(axis) ? (keep ? [1] : []) : [size],
      )
      return [{ dataType: input.dataType, shape }]
    },
    lower: (node, onnx) => lowerReduction(node, onnx, onnxName),
    gradient: (node, [upstream]) => [upstream && gradient(node, upstream)],
    flops: ({ inputs: [input] }, size) => size(input.shape),
  }
}

function lowerReduction(node: ReductionNode, onnx: OnnxTarget, onnxName: string): void {
  const { axes, keep } = node.attributes
  const input = onnx.value(node.inputs[0])
  if (axes.length === 0) {
    onnx.write(node.outputs, 'Identity', [input])
    return
  }
  // The axes of a sum are an operand since operator set 13, those of other reductions since 18.
  if (onnx.older && onnxName !== 'ReduceSum') {
    onnx.write(node.outputs, onnxName, [input], { keepdims: flag(keep), axes: ints(axes) })
    return
  }
  const list = onnx.constant('int64', [axes.length], axes)
  onnx.write(node.outputs, onnxName, [input, list], { keepdims: flag(keep) })
}

/** A reduced tensor with its reduced axes put back, of size 1. */
function restoreAxes({ attributes: { axes, keep } }: ReductionNode, reduced: Tensor): Tensor {
  return keep ? reduced : unsqueeze(reduced, axes)
}

/** A reduced tensor expanded over the axes that were reduced. */
export function stretchBack(node: ReductionNode, reduced: Tensor): Tensor {
  return expand(restoreAxes(node, reduced), node.inputs[0].shape)
}

/** The axes meant, each once and none negative. */
export function chosenAxes(input: Tensor, axes: Axes): readonly number[] {
  const all = input.shape.map((_, axis) => axis)
  const chosen = axes === undefined ? all : typeof axes === 'number' ? [axes] : axes
  const normal = chosen.map((axis) => normaliseAxis(axis, input.rank) ?? axis)
  return [...new Set(normal)].sort((a, b) => a - b)
}

/** An operator over axes as a function of tensors. */
export function reduction(operator: Operator<ReductionAttributes, readonly [Tensor]>) {
  return (input: Tensor, axes?: Axes, keep = false): Tensor =>
    applyOperator(operator, [input], { axes: chosenAxes(input, axes), keep }).outputs[0]
}

export const sumOperator = reductionOperator('sum', 'ReduceSum', stretchBack)

/** The sum over axes (by default all); `keep` keeps them with size 1. */
export const reduceSum = reduction(sumOperator)

/** Sums a gradient over the axes along which `target` was broadcast, so that it has its shape. */
export function reduceToShape(gradient: Tensor, target: Shape): Tensor {
  if (sameShape(gradient.shape, target)) return gradient
  const added = gradient.rank - target.length
  const leading = Array.from({ length: added }, (_, axis) => axis)
  const stretched = target.flatMap((size, axis) =>
    size === 1 && gradient.shape[axis + added] !== 1 ? [axis + added] : [],
  )
  if (stretched.length === 0) return reduceSum(gradient, leading)
  const reduced = reduceSum(gradient, [...leading, ...stretched], true)
  const rest = reduced.shape.slice(added)
  return sameShape(rest, target) ? squeeze(reduced, leading) : reshape(reduced, target)
}
