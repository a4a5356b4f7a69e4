/** The recurrent cells of MCTN, run step by step. */

import { elementAt } from '../../../base/lookup.js'
import {
  add,
  concat,
  expand,
  hardSigmoid,
  matmul,
  multiply,
  type Shape,
  scan,
  sigmoid,
  split,
  type Tensor,
  tanh,
} from '../../../graph/index.js'

/** How a cell works; its blocks stand in the order input, forget, output, candidate. */
export interface CellKind {
  /** Whether gates are hard sigmoids. */
  readonly hard: boolean
  /** Whether one block is the input and the forget gate at once: there are then three blocks. */
  readonly shared: boolean
  /** Whether the tanh of the cell state is what is carried on. */
  readonly carriesTanh: boolean
}

/** The blocks of rows or columns of a parameter, in another order; places left out are dropped. */
export function blocksOf(tensor: Tensor, axis: number, places: readonly number[]): Tensor {
  const width = Number(tensor.size(axis)) / 4
  const blocks = split(tensor, [width, width, width, width], axis)
  return concat(
    places.map((place) => elementAt(blocks, place, 'block')),
    axis,
  )
}

/**
 * Runs cells from zero states, several side by side ("lanes").
 *
 * @param sums the inputs' part of the sums within the gates, of each step: [time, lanes, blocks x
 * hidden, batch]; or of all steps alike, [lanes, blocks x hidden, batch], with `clock` [time]
 * @param recurrent [lanes, blocks x hidden, hidden]
 * @returns the outputs of all steps, [time, lanes, hidden, batch]
 */
export function runCells(sums: Tensor, recurrent: Tensor, kind: CellKind, clock?: Tensor): Tensor {
  const shape: Shape = [recurrent.size(0), recurrent.size(2), sums.size(-1)]
  const zeros = expand(sums.graph.scalar(0), shape)
  const step = (sum: Tensor, weight: Tensor, hidden: Tensor, cell: Tensor) =>
    stepOf(add(sum, matmul(weight, hidden)), cell, kind)
  if (clock) {
    return scan(
      { initial: [zeros, zeros], sequences: [clock], captures: [recurrent, sums] },
      ([hidden, cell], _, [weight, sum]) => {
        const next = step(sum, weight, hidden, cell)
        return { states: [next.hidden, next.cell], outputs: [next.hidden] }
      },
    ).outputs[0]
  }
  return scan(
    { initial: [zeros, zeros], sequences: [sums], captures: [recurrent] },
    ([hidden, cell], [sum], [weight]) => {
      const next = step(sum, weight, hidden, cell)
      return { states: [next.hidden, next.cell], outputs: [next.hidden] }
    },
  ).outputs[0]
}

function stepOf(sums: Tensor, cell: Tensor, { hard, shared, carriesTanh }: CellKind) {
  const width = cell.size(1)
  const gates = Number(width) * (shared ? 2 : 3)
  const [open, toCandidate] = split(sums, [gates, width], 1)
  const opened = hard ? hardSigmoid(open) : sigmoid(open)
  const candidate = tanh(toCandidate)
  const next = (output: Tensor, after: Tensor) => {
    const squashed = tanh(after)
    return { hidden: multiply(output, squashed), cell: carriesTanh ? squashed : after }
  }
  if (shared) {
    const [both, output] = split(opened, [width, width], 1)
    return next(output, multiply(both, add(cell, candidate)))
  }
  const [input, forget, output] = split(opened, [width, width, width], 1)
  return next(output, add(multiply(forget, cell), multiply(input, candidate)))
}
