/** The steps of recurrent layers: the order in which they are read, and their layout in the loops. */
import { elementAt } from '../../../base/lookup.js'
import { multiplyDimensions } from '../../shape/shape.js'
import type { Tensor } from '../../tensor.js'
import { add, multiply } from '../algebra/arithmetic.js'
import { unsqueeze } from '../layout/axes.js'
import { toColumns } from '../layout/columns.js'
import { concat } from '../layout/concat.js'
import { reshape } from '../layout/reshape.js'
import { reverse, reverseSequence } from '../layout/reversal.js'
import { expand, reduceSum } from '../layout/stretch.js'
import { transpose } from '../layout/transpose.js'
import type { Lane } from './lanes.js'
import { clearPadding, lastStepMask } from './step-masks.js'

/** Which of the first two axes is time; the other is the batch. */
type TimeAxis = 0 | 1

/** Puts the steps in the order in which the layer reads them. Applying it twice restores them. */
export function readingOrder(
  input: Tensor,
  reversed: boolean,
  lengths?: Tensor,
  timeAxis: TimeAxis = 0,
): Tensor {
  if (!reversed) return input
  return lengths ? reverseSequence(input, lengths, timeAxis) : reverse(input, timeAxis)
}

/**
 * A lane's results: outputs in the order of time, [time, batch, hidden], with zeros in padding; the
 * last value of each state, [batch, hidden]; and the steps of every state but the first, as outputs.
 *
 * @param after for each state, the hidden state first, its values after each step in reading order:
 * [batch, time, hidden]
 */
export function laneResults({ reversed, lengths }: Lane, after: readonly Tensor[]): Tensor[] {
  const last = lastStepMask(elementAt(after, 0, 'state'), lengths)
  const [outputs, ...others] = after.map((steps) => {
    const valid = lengths ? clearPadding(steps, lengths) : steps
    return transpose(readingOrder(valid, reversed, lengths, 1), [1, 0, 2])
  })
  return [
    ...(outputs ? [outputs] : []),
    ...after.map((steps) => reduceSum(multiply(steps, last), 1)),
    ...others,
  ]
}

/** Joins tensors of one lane each. */
export function together(lanes: readonly Tensor[]): Tensor {
  return concat(lanes, 0)
}

/** [time, rows, batch] as a matrix with one row per unit: [rows, time x batch]. */
export function toMatrix(columns: Tensor): Tensor {
  return reshape(transpose(columns, [1, 0, 2]), [
    columns.size(1),
    multiplyDimensions([columns.size(0), columns.size(2)]),
  ])
}

/** One lane's initial state: [1, hidden, batch]. */
export function initialState({ initial, input, recurrentWeight }: Lane, state: number): Tensor {
  const given = initial[state]
  return given
    ? unsqueeze(transpose(given), 0)
    : expand(input.graph.scalar(0), [1, recurrentWeight.size(1), input.size(1)])
}

/**
 * The gradient of the state after each step, in reading order, from the gradients of the outputs
 * and of the last state: [time, 1, hidden, batch].
 */
export function stepGradients(
  outputs: Tensor,
  { reversed, lengths }: Lane,
  toOutputs: Tensor | undefined,
  toLast: Tensor | undefined,
): Tensor {
  const like = transpose(outputs, [1, 0, 2])
  const given = toOutputs && transpose(toOutputs, [1, 0, 2])
  // Reversal leaves padding in place, so masking comes first and all lanes can share its result.
  const masked = given && lengths ? clearPadding(given, lengths) : given
  const ordered = masked && readingOrder(masked, reversed, lengths, 1)
  const last = toLast && multiply(lastStepMask(like, lengths), unsqueeze(toLast, 1))
  const total = ordered && last ? add(ordered, last) : (ordered ?? last)
  // Columns, with an axis for lanes.
  return unsqueeze(toColumns(total ?? expand(outputs.graph.scalar(0), like.shape)), 1)
}
