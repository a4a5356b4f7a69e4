/** The steps of recurrent layers: in which order they are read, and how they lie in the loops. */
import type { Tensor } from '../../graph.js'
import { multiplyDimensions } from '../../shape/shape.js'
import { add, multiply, subtract } from '../algebra/arithmetic.js'
import { cast, equal, less } from '../algebra/comparison.js'
import { reduceSum } from '../algebra/reduction.js'
import { concat, expand, reshape, transpose, unsqueeze } from '../layout/layout.js'
import { reverse, reverseSequence } from '../layout/reversal.js'
import { positions, sizeOf } from '../layout/sizes.js'
import type { Lane } from './recurrent-operator.js'

/** Which axis of a sequence is time, where the other of the first two is the batch. */
type TimeAxis = 0 | 1

/** Puts the steps in the order in which the layer reads them; applied twice it restores them. */
export function readingOrder(
  input: Tensor,
  reversed: boolean,
  lengths?: Tensor,
  timeAxis: TimeAxis = 0,
): Tensor {
  if (!reversed) return input
  return lengths ? reverseSequence(input, lengths, timeAxis) : reverse(input, timeAxis)
}

/** 1 at the steps before each length, 0 after: [batch, time, 1] in the type of `like`. */
function stepMask(like: Tensor, lengths: Tensor): Tensor {
  const steps = unsqueeze(positions(like, 1), 0)
  return unsqueeze(cast(less(steps, unsqueeze(lengths, 1)), like.dataType), 2)
}

/** 1 at the last step of each sequence, 0 elsewhere: [batch or 1, time, 1]. */
function lastStepMask(like: Tensor, lengths: Tensor | undefined): Tensor {
  const steps = unsqueeze(positions(like, 1), 0)
  const last = lengths ? unsqueeze(subtract(lengths, 1), 1) : subtract(sizeOf(like, 1), 1)
  return unsqueeze(cast(equal(steps, last), like.dataType), 2)
}

/**
 * What a lane gives, from its steps in reading order, [batch, time, hidden]: outputs in the order of
 * time, [time, batch, hidden], with zeros after each length, and the last of each kind of state,
 * [batch, hidden].
 */
export function laneResults(
  { reversed, lengths }: Lane,
  hidden: Tensor,
  states: readonly Tensor[],
): Tensor[] {
  const valid = lengths ? multiply(hidden, stepMask(hidden, lengths)) : hidden
  const last = lastStepMask(hidden, lengths)
  return [
    transpose(readingOrder(valid, reversed, lengths, 1), [1, 0, 2]),
    ...states.map((steps) => reduceSum(multiply(steps, last), 1)),
  ]
}

/** Lanes of one each, as one tensor of all lanes. */
export function together(lanes: readonly Tensor[]): Tensor {
  return concat(lanes as [Tensor, ...Tensor[]], 0)
}

/**
 * [batch, time, width] as [time, 1, width, batch]: sequences as columns, an axis for lanes. Between
 * these two layouts lies a single turn of a matrix, far faster than one for each step.
 */
function toColumns(steps: Tensor): Tensor {
  return unsqueeze(transpose(steps, [1, 2, 0]), 1)
}

/** [time, width, batch] as [batch, time, width]. */
export function fromColumns(columns: Tensor): Tensor {
  return transpose(columns, [2, 0, 1])
}

/** [time, rows, batch] as a matrix of a row for each unit: [rows, time x batch]. */
export function toMatrix(columns: Tensor): Tensor {
  return reshape(transpose(columns, [1, 0, 2]), [
    columns.size(1),
    multiplyDimensions([columns.size(0), columns.size(2)]),
  ])
}

/** One lane's first state, [1, hidden, batch]. */
export function initialState({ initial, input, recurrentWeight }: Lane, state: number): Tensor {
  const given = initial[state]
  return given
    ? unsqueeze(transpose(given), 0)
    : expand(input.graph.scalar(0), [1, recurrentWeight.size(1), input.size(1)])
}

/**
 * The gradient of each step's state, in reading order, from that of the outputs and of the last
 * state: [time, 1, hidden, batch].
 */
export function stepGradients(
  outputs: Tensor,
  { reversed, lengths }: Lane,
  toOutputs: Tensor | undefined,
  toLast: Tensor | undefined,
): Tensor {
  const like = transpose(outputs, [1, 0, 2])
  const given = toOutputs && transpose(toOutputs, [1, 0, 2])
  // Padding stays in place when a sequence is turned round, so that all lanes share what is masked.
  const masked = given && lengths ? multiply(given, stepMask(like, lengths)) : given
  const ordered = masked && readingOrder(masked, reversed, lengths, 1)
  const last = toLast && multiply(lastStepMask(like, lengths), unsqueeze(toLast, 1))
  const total = ordered && last ? add(ordered, last) : (ordered ?? last)
  return toColumns(total ?? expand(outputs.graph.scalar(0), like.shape))
}
