/** Sums, means, extremes and variances over axes. */
import { int, type Node, type OnnxTarget, type Operator, type Tensor } from '../../graph.js'
import {
  type Dimension,
  formatShape,
  multiplyDimensions,
  normaliseAxis,
  type Shape,
  sameShape,
} from '../../shape/shape.js'
import { expand, reshape, squeeze, unsqueeze } from '../layout/layout.js'
import { sizeOf } from '../layout/sizes.js'
import { add, divide, multiply, sqrt, square, subtract } from './arithmetic.js'
import { cast, equal } from './comparison.js'

interface ReductionAttributes {
  readonly axes: readonly number[]
  readonly keep: boolean
}

/** One axis, several, or (when absent) all; a negative axis counts from the end. */
export type Axes = number | readonly number[] | undefined

function reductionOperator(
  name: string,
  onnxName: string,
  gradient: (node: Node<ReductionAttributes>, gradient: Tensor) => Tensor,
): Operator<ReductionAttributes> {
  return {
    name,
    infer([input], { axes, keep }, mistake) {
      if (!input) return mistake('0', 'a tensor', 'nothing')
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
    lower(node, onnx) {
      reduce(node, onnx, onnxName)
    },
    gradient: (node, [upstream]) => [upstream && gradient(node, upstream)],
    flops: (node, size) => size(node.input(0).shape),
  }
}

function reduce(node: Node<ReductionAttributes>, onnx: OnnxTarget, onnxName: string): void {
  const { axes, keep } = node.attributes
  const input = onnx.value(node.input(0))
  const outputs = [onnx.value(node.output())]
  if (axes.length === 0) {
    onnx.emit('Identity', [input], { outputs })
    return
  }
  onnx.emit(onnxName, [input, onnx.constant('int64', [axes.length], axes)], {
    outputs,
    attributes: { keepdims: int(Number(keep)) },
  })
}

/** A reduced tensor stretched back over the axes that it lost. */
function stretch(node: Node<ReductionAttributes>, reduced: Tensor): Tensor {
  return expand(restoreAxes(node, reduced), node.input(0).shape)
}

function restoreAxes(node: Node<ReductionAttributes>, reduced: Tensor): Tensor {
  return node.attributes.keep ? reduced : unsqueeze(reduced, node.attributes.axes)
}

const sumOperator = reductionOperator('sum', 'ReduceSum', stretch)

const meanOperator = reductionOperator('mean', 'ReduceMean', (node, gradient) =>
  divide(stretch(node, gradient), countAlong(node.input(0), node.attributes.axes)),
)

const maxOperator = extremeOperator('max', 'ReduceMax')
const minOperator = extremeOperator('min', 'ReduceMin')

/** Where several elements share the extreme value, they share its gradient equally. */
function extremeOperator(name: string, onnxName: string): Operator<ReductionAttributes> {
  return reductionOperator(name, onnxName, (node, gradient) => {
    const input = node.input(0)
    const chosen = cast(equal(input, restoreAxes(node, node.output())), input.dataType)
    const ties = reduceSum(chosen, node.attributes.axes, true)
    return multiply(chosen, divide(restoreAxes(node, gradient), ties))
  })
}

/** The axes that are meant, each once and counted from the front. */
function chosenAxes(input: Tensor, axes: Axes): readonly number[] {
  const chosen =
    axes === undefined
      ? input.shape.map((_, axis) => axis)
      : typeof axes === 'number'
        ? [axes]
        : axes
  const normal = chosen.map((axis) => normaliseAxis(axis, input.rank) ?? axis)
  return [...new Set(normal)].sort((a, b) => a - b)
}

function reduction(operator: Operator<ReductionAttributes>) {
  return (input: Tensor, axes?: Axes, keep = false): Tensor => {
    return input.graph.apply(operator, [input], { axes: chosenAxes(input, axes), keep }).output()
  }
}

/** The sum over axes (all unless given); `keep` leaves them with size 1. */
export const reduceSum = reduction(sumOperator)
/** The arithmetic mean over axes. */
export const reduceMean = reduction(meanOperator)
/** The largest value over axes. */
export const reduceMax = reduction(maxOperator)
/** The smallest value over axes. */
export const reduceMin = reduction(minOperator)

/** How many elements lie along `axes`, counted from the front: a scalar tensor of the input's type. */
export function countAlong(input: Tensor, axes: readonly number[]): Tensor {
  const size = multiplyDimensions(axes.map((axis) => input.size(axis)))
  return typeof size === 'number'
    ? input.graph.scalar(size, input.dataType)
    : axes
        .map((axis) => cast(sizeOf(input, axis), input.dataType))
        .reduce((product, factor) => multiply(product, factor))
}

/**
 * The variance over axes: the mean squared deviation from the mean, or with `unbiased` the sum of
 * squares over (count - 1), for two elements or more.
 */
export function variance(
  input: Tensor,
  axes?: Axes,
  { unbiased = false, keep = false }: { unbiased?: boolean; keep?: boolean } = {},
): Tensor {
  const deviation = subtract(input, reduceMean(input, axes, true))
  const biased = reduceMean(square(deviation), axes, keep)
  if (!unbiased) return biased
  const all = countAlong(input, chosenAxes(input, axes))
  return multiply(biased, divide(all, subtract(all, 1)))
}

/** The standard deviation over axes: see `variance`. `epsilon` under the root keeps its gradient finite. */
export function standardDeviation(
  input: Tensor,
  axes?: Axes,
  options: { unbiased?: boolean; keep?: boolean; epsilon?: number } = {},
): Tensor {
  const spread = variance(input, axes, options)
  return sqrt(options.epsilon ? add(spread, options.epsilon) : spread)
}

/** The input with a shape that has the same elements, by squeezing where that is all it takes. */
export function reshapeLike(input: Tensor, shape: Shape): Tensor {
  if (sameShape(input.shape, shape)) return input
  const extra = input.rank - shape.length
  const leading = input.shape.slice(0, Math.max(extra, 0))
  if (
    extra > 0 &&
    leading.every((size) => size === 1) &&
    sameShape(input.shape.slice(extra), shape)
  ) {
    return squeeze(
      input,
      leading.map((_, axis) => axis),
    )
  }
  return reshape(input, shape)
}
