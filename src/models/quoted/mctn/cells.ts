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

/** How a cell works. Its blocks are in the order input, forget, output, candidate. */
export interface CellKind {
  /** Whether gates are hard sigmoids. */
  readonly hard: boolean
  /** Whether one block serves as both input and forget gate; there are then three blocks. */
  readonly shared: boolean
  /** Whether the next step receives the tanh of the cell state instead of the cell state. */
  readonly carriesTanh: boolean
}

/**
 * The four blocks of an axis of a parameter in the order of `places`; those not named are dropped.
 */
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
 * @param sums the inputs' contribution to the pre-activations at each step:
 * [time, lanes, blocks x hidden, batch]; or, with `clock` [time], the same one for every step:
 * [lanes, blocks x hidden, batch]
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
