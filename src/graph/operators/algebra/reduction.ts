/** Means, variances and counts over axes; the sum itself is in `layout/stretch.ts`. */
import { multiplyDimensions } from '../../shape/shape.js'
import type { Tensor } from '../../tensor.js'
import { sizeOf } from '../layout/sizes.js'
import {
  type Axes,
  chosenAxes,
  reduction,
  reductionOperator,
  stretchBack,
} from '../layout/stretch.js'
import { add, divide, multiply, sqrt, square, subtract } from './arithmetic.js'
import { cast } from './comparison.js'

const meanOperator = reductionOperator('mean', 'ReduceMean', (node, gradient) =>
  divide(stretchBack(node, gradient), countAlong(node.inputs[0], node.attributes.axes)),
)

/** The arithmetic mean over axes. */
export const reduceMean = reduction(meanOperator)

/** The number of elements along `axes` (not negative), as a scalar tensor of the input's type. */
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
 * squared deviations divided by (count - 1), which needs two elements or more.
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

/**
 * The standard deviation over axes (see `variance`). `epsilon` under the root keeps its gradient
 * finite.
 */
export function standardDeviation(
  input: Tensor,
  axes?: Axes,
  options: { unbiased?: boolean; keep?: boolean; epsilon?: number } = {},
): Tensor {
  const spread = variance(input, axes, options)
  return sqrt(options.epsilon ? add(spread, options.epsilon) : spread)
}
