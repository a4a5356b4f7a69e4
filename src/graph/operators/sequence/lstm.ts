/**
 * Long short-term memory layers: one or several side by side ("lanes", such as the two directions
 * of a bidirectional layer, or the encoders of three modalities), all of one hidden size.
 *
 * The layer has two lowerings. Where only its results are needed, ONNX's own LSTM runs, which is
 * faster. Where a gradient is needed, one Scan runs all lanes together (one batched product per
 * step) and also returns what the backward pass needs, which then recomputes nothing. The backward
 * Scan computes only what depends on the following step; the gradients of weights and inputs are
 * single products after it.
 *
 * Gates are in ONNX's order (input, output, forget, cell), so that neither lowering reorders
 * weights. The three sigmoid gates are adjacent, and one sigmoid computes them all.
 */
import { elementAt } from '../../../base/lookup.js'
import { mapTuple } from '../../../base/tuples.js'
import type { Tensor } from '../../tensor.js'
import { sigmoid, tanh } from '../algebra/activation.js'
import { add, multiply, subtract } from '../algebra/arithmetic.js'
import { gemm, matmul } from '../algebra/matmul.js'
import { squeeze, unsqueeze } from '../layout/axes.js'
import { concat, split } from '../layout/concat.js'
import { flatten, reshape } from '../layout/reshape.js'
import { expand } from '../layout/stretch.js'
import { transpose } from '../layout/transpose.js'
import type { Lane, LaneOperands } from './lanes.js'
import {
  type RecurrentKind,
  recurrentOperator,
  type Steps,
  type Unrolled,
} from './recurrent-operator.js'
import { readingOrder, together, toMatrix } from './recurrent-steps.js'
import { scan } from './scan.js'

/**
 * Lanes computed step by step, each in its reading order.
 *
 * Inside both loops a sequence is a column: states are [lanes, hidden, batch], gates [lanes, 4 x
 * hidden, batch]. The recurrent weight is then the left operand of each product, which ONNX Runtime
 * reads in place; a right operand would be copied to another layout at every step. The slopes, the
 * derivatives that the backward pass multiplies by, are known within the step and returned instead
 * of the gates. They are [time, lanes, hidden, batch].
 */
interface LstmSteps extends Steps {
  /** Each lane's state before each step, with a row of ones below it: [time, hidden + 1, batch]. */
  readonly before: readonly Tensor[]
  /**
   * The derivative of the cell (for the output gate: of the state) with respect to a gate's
   * pre-activation.
   */
  readonly inputSlope: Tensor
  readonly outputSlope: Tensor
  readonly forgetSlope: Tensor
  readonly candidateSlope: Tensor
  /** The derivative of the state with respect to the cell of the same step. */
  readonly cellSlope: Tensor
}

const lstmKind: RecurrentKind<LstmSteps> = {
  name: 'lstm',
  native: { name: 'LSTM', attributes: {} },
  gates: 4,
  states: 2,
  forward,
  backward,
}

/** The operator, and the steps that may replace it. */
export const lstmLayer = recurrentOperator(lstmKind)

function forward(
  lanes: readonly Lane[],
  inputs: readonly Tensor[],
  initial: readonly Tensor[],
): LstmSteps {
  const ones = lanes.map(() => 1)
  // A transposed right operand costs nothing, since the product repacks it anyway.
  const projected = lanes.map(({ index, inputWeight }) =>
    unsqueeze(matmul(inputWeight, transpose(elementAt(inputs, index, 'lane'))), 1),
  )
  const [first, firstCell] = [elementAt(initial, 0, 'state'), elementAt(initial, 1, 'state')]
  const one = expand(first.graph.scalar(1), [lanes.length, 1, first.size(2)])
  const { outputs } = scan(
    {
      initial: [concat([first, one], 1), firstCell],
      sequences: projected,
      captures: [weightsAndBiases(lanes), one],
    },
    ([hidden, cell], sums, [weight, end]) => {
      const step = stepOf(add(matmul(weight, hidden), together(sums)), cell)
      return {
        states: [concat([step.hidden, end], 1), step.cell],
        outputs: [
          ...step.slopes,
          ...split(hidden, ones, 0),
          ...split(step.hidden, ones, 0),
          ...split(step.cell, ones, 0),
        ],
      }
    },
  )
  const [inputSlope, outputSlope, forgetSlope, candidateSlope, cellSlope, forgetGate, ...rest] =
    outputs
  const count = lanes.length
  return {
    ...{ inputSlope, outputSlope, forgetSlope, candidateSlope, cellSlope, kept: forgetGate },
    before: rest.slice(0, count).map((columns) => squeeze(columns, 1)),
    after: [rest.slice(count, 2 * count), rest.slice(2 * count)],
  }
}

/** The biases are one more column of the recurrent weights, multiplied by the 1 below the state. */
function weightsAndBiases(lanes: readonly Lane[]): Tensor {
  return together(
    lanes.map(({ recurrentWeight, inputBias, recurrentBias }) => {
      const bias = unsqueeze(add(inputBias, recurrentBias), 1)
      return unsqueeze(concat([recurrentWeight, bias], 1), 0)
    }),
  )
}

/**
 * One step of all lanes.
 *
 * @param sums the gates' pre-activations: [lanes, 4 x hidden, batch]
 * @param cell the state before the step: [lanes, hidden, batch]
 * @returns the states after it, the slopes of input gate, output gate, forget gate, candidate and
 * cell (see `LstmSteps`), and the forget gate
 */
function stepOf(sums: Tensor, cell: Tensor) {
  const width = cell.size(1)
  const [input, output, forget, toCandidate] = split(sums, [width, width, width, width], 1)
  const [inputGate, outputGate, forgetGate] = mapTuple([input, output, forget] as const, sigmoid)
  const candidate = tanh(toCandidate)
  const written = multiply(inputGate, candidate)
  const kept = multiply(forgetGate, cell)
  const nextCell = add(kept, written)
  const cellTanh = tanh(nextCell)
  const next = multiply(outputGate, cellTanh)
  return {
    hidden: next,
    cell: nextCell,
    slopes: [
      // The derivatives of sigmoid and tanh, expanded so that each takes two operators.
      subtract(written, multiply(inputGate, written)),
      subtract(next, multiply(outputGate, next)),
      subtract(kept, multiply(forgetGate, kept)),
      subtract(inputGate, multiply(written, candidate)),
      subtract(outputGate, multiply(next, cellTanh)),
      forgetGate,
    ] as const,
  }
}

function backward(
  lanes: readonly Lane[],
  steps: Unrolled<LstmSteps>,
  [toHidden = [], toCells = []]: readonly (readonly Tensor[])[],
) {
  const ones = lanes.map(() => 1)
  const weights = together(lanes.map(({ recurrentWeight }) => unsqueeze(recurrentWeight, 0)))
  const { inputSlope, outputSlope, forgetSlope, candidateSlope, cellSlope } = steps
  const zeros = expand(weights.graph.scalar(0), inputSlope.shape.slice(1))
  const back = scan(
    {
      initial: [zeros, zeros],
      sequences: [
        inputSlope,
        outputSlope,
        forgetSlope,
        candidateSlope,
        cellSlope,
        steps.kept,
        ...toHidden,
        ...toCells,
      ],
      captures: [transpose(weights)],
      reverse: true,
    },
    ([later, laterCell], [input, output, forget, candidate, cell, kept, ...others], [weight]) => {
      const fromCells = others.slice(lanes.length)
      const dHidden = add(together(others.slice(0, lanes.length)), later)
      const through = add(laterCell, multiply(dHidden, cell))
      const dCell = fromCells.length > 0 ? add(through, together(fromCells)) : through
      const dGates = concat(
        [
          multiply(dCell, input),
          multiply(dHidden, output),
          multiply(dCell, forget),
          multiply(dCell, candidate),
        ],
        1,
      )
      return {
        states: [matmul(weight, dGates), multiply(dCell, kept)],
        outputs: split(dGates, ones, 0),
      }
    },
  )
  const operands = lanes.map((lane) => {
    const columns = squeeze(elementAt(back.outputs, lane.index, 'lane'), 1)
    return operandGradients(lane, steps, toMatrix(columns))
  })
  return { operands, initial: back.states }
}

/**
 * The gradients of a lane's input, weights and biases.
 *
 * @param dGates the gradients of its gates' pre-activations: [4 x hidden, time x batch]
 */
function operandGradients(
  { index, inputWeight, recurrentWeight, reversed, lengths }: Lane,
  { before, inputs }: Unrolled<LstmSteps>,
  dGates: Tensor,
): LaneOperands {
  const states = toMatrix(elementAt(before, index, 'lane'))
  const byStates = gemm(dGates, states, { transposeRight: true })
  const [toRecurrent, toBias] = split(byStates, [recurrentWeight.size(1), 1], 1)
  const input = elementAt(inputs, index, 'lane')
  const toInput = reshape(gemm(dGates, inputWeight, { transposeLeft: true }), input.shape)
  const bias = squeeze(toBias, 1)
  return {
    input: readingOrder(toInput, reversed, lengths),
    inputWeight: gemm(dGates, flatten(input)),
    recurrentWeight: toRecurrent,
    inputBias: bias,
    recurrentBias: bias,
  }
}

/** The operands of one lane; gates in the order input, output, forget, cell. */
export interface LstmLane extends LaneOperands {
  /** [batch, hidden] each, by default zeros; given for all lanes or none */
  readonly initial?: { readonly hidden: Tensor; readonly cell: Tensor }
  /** Whether it reads from the last valid step to the first. */
  readonly reversed?: boolean
}

export interface LstmResult {
  /** [time, batch, hidden], in the order of time; 0 in padding */
  readonly outputs: Tensor
  /** The states after the last step read: [batch, hidden] each. */
  readonly hidden: Tensor
  readonly cell: Tensor
  /**
   * The cell state after each step, as `outputs`; if it is read, the layer runs as a loop over
   * steps.
   */
  readonly cells: Tensor
}

/**
 * Runs LSTM layers side by side, each in one direction, as over PyTorch's packed sequences.
 *
 * @param lanes layers of one hidden size, over inputs of one time and batch
 * @param lengths int64 [batch], each from 1 to time; padding is never read
 * @throws LimbicError if an operand's shape does not fit
 */
export function lstm(lanes: readonly LstmLane[], lengths?: Tensor): LstmResult[] {
  const results = lstmLayer.apply(
    lanes.map(({ initial, ...lane }) => ({
      ...lane,
      first: initial ? [initial.hidden, initial.cell] : [],
    })),
    lengths,
  )
  return results.map((result) => ({
    outputs: elementAt(result, 0, 'result'),
    hidden: elementAt(result, 1, 'result'),
    cell: elementAt(result, 2, 'result'),
    cells: elementAt(result, 3, 'result'),
  }))
}
