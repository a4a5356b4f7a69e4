/** Sums over the steps of a loop that are computed at once, after the loop, from its outputs. */
import { elementAt } from '../../../base/lookup.js'
import { multiplyDimensions, sameShape } from '../../shape/shape.js'
import { producer, type Tensor } from '../../tensor.js'
import { gemm, gemmOperator, matmul, matmulOperator } from '../algebra/matmul.js'
import { reshape } from '../layout/reshape.js'
import { reduceSum, sumOperator } from '../layout/stretch.js'
import { swapLast, transpose, transposeOperator } from '../layout/transpose.js'

/** A value of each step, to be summed over the steps. */
export interface StepSum {
  /** What each step must output for it. */
  readonly parts: readonly Tensor[]
  /** The sum over all steps, from these outputs: [time, ...] each. */
  total(all: readonly Tensor[]): Tensor
}

/**
 * How to compute the sum of a value over all steps after the loop: a product of two matrices as one
 * product of longer ones, a sum over axes as a sum over one more axis. Undefined for other values.
 *
 * @param isOfStep whether a tensor differs from step to step
 */
export function stepSumOf(
  value: Tensor,
  isOfStep: (tensor: Tensor) => boolean,
): StepSum | undefined {
  const sum = producer(value, sumOperator)
  if (sum) {
    const { axes, keep } = sum.attributes
    const inner = axes.map((axis) => axis + 1)
    const total = (all: readonly Tensor[]) => {
      const steps = elementAt(all, 0, 'summand')
      return keep ? reduceSum(reduceSum(steps, inner, true), 0) : reduceSum(steps, [0, ...inner])
    }
    return isOfStep(sum.inputs[0]) ? { parts: [sum.inputs[0]], total } : undefined
  }
  const factors = factorsOf(value)?.map(untransposed)
  const [left, right] = factors ?? []
  if (!left || !right || !isOfStep(left.tensor) || !isOfStep(right.tensor)) return undefined
  return {
    parts: [left.tensor, right.tensor],
    total: (all) =>
      longProduct(
        { ...left, tensor: elementAt(all, 0, 'left factor') },
        { ...right, tensor: elementAt(all, 1, 'right factor') },
      ),
  }
}

/** The two factors of a product of matrices, or of equally large stacks of matrices. */
function factorsOf(value: Tensor): readonly [Tensor, Tensor] | undefined {
  const product = producer(value, matmulOperator)
  if (product) {
    const [left, right] = product.inputs
    const lead = (factor: Tensor) => factor.shape.slice(0, -2)
    return sameShape(lead(left), lead(right)) ? [left, right] : undefined
  }
  const general = producer(value, gemmOperator)
  if (!general || general.inputs.length > 2) return undefined
  const { transposeLeft, transposeRight } = general.attributes
  const [left, right] = general.inputs
  return [transposeLeft ? transpose(left) : left, transposeRight ? transpose(right) : right]
}

/** A factor as a tensor, and the order of the factor's axes. */
interface Turned {
  readonly tensor: Tensor
  readonly order: readonly number[]
}

function untransposed(factor: Tensor): Turned {
  const turned = producer(factor, transposeOperator)
  if (turned) return { tensor: turned.inputs[0], order: turned.attributes.order }
  return { tensor: factor, order: factor.shape.map((_, axis) => axis) }
}

const isSwapped = ({ order }: Turned) =>
  swapLast(order.length).every((axis, at) => axis === order[at])

/** The sum of the products of all steps; the first axis of each factor's tensor is the steps. */
function longProduct(left: Turned, right: Turned): Tensor {
  if (left.order.length === 2) {
    // Rows of successive steps are adjacent, which needs no transposition.
    const [transposeLeft, transposeRight] = [isSwapped(left), isSwapped(right)]
    return gemm(
      transposeLeft ? stepsInRows(left.tensor) : stepsInColumns(left.tensor),
      transposeRight ? stepsInColumns(right.tensor) : stepsInRows(right.tensor),
      { transposeLeft, transposeRight },
    )
  }
  // The steps are moved before the inner axis, over which the product sums.
  const inner = left.order.length - 1
  return matmul(
    merged(withSteps(left, inner), inner),
    merged(withSteps(right, inner - 1), inner - 1),
  )
}

/** [time, rows, columns] as [time x rows, columns]. */
const stepsInRows = (all: Tensor): Tensor => merged(all, 0)

/** [time, rows, columns] as [rows, time x columns]. */
const stepsInColumns = (all: Tensor): Tensor => merged(transpose(all, [1, 0, 2]), 1)

/** Moves the axis of the steps before one of the factor's own. */
function withSteps({ tensor, order }: Turned, axis: number): Tensor {
  const own = order.map((from) => from + 1)
  return transpose(tensor, [...own.slice(0, axis), 0, ...own.slice(axis)])
}

/** Merges an axis and the one after it. */
function merged(tensor: Tensor, axis: number): Tensor {
  const { shape } = tensor
  const size = multiplyDimensions(shape.slice(axis, axis + 2))
  return reshape(tensor, [...shape.slice(0, axis), size, ...shape.slice(axis + 2)])
}
