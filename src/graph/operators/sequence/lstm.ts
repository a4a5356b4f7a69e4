/**
 * Long short-term memory layers: one or several side by side ("lanes", such as the two directions
 * of a bidirectional layer, or the encoders of three modalities), all of one hidden size.
 *
 * Two lowerings serve one definition. Where only results are wanted, ONNX's own LSTM runs, the
 * fastest there is. Where a gradient is wanted, one Scan runs all lanes together (a batched product
 * a step) and gives out the gates as it goes, so that the backward pass recomputes nothing; the
 * backward Scan holds what depends on the step after, and the gradients of weights and inputs are
 * single products after it.
 *
 * Gates stand in ONNX's order (input, output, forget, cell), so that neither lowering has to
 * reorder weights; the three sigmoid gates are neighbours, one operator serves them all.
 */
import type { Node, Tensor } from '../../graph.js'
import { sigmoid, tanh } from '../algebra/activation.js'
import { add, multiply, subtract } from '../algebra/arithmetic.js'
import { flatten, gemm, matmul } from '../algebra/matmul.js'
import { concat, expand, reshape, split, squeeze, transpose, unsqueeze } from '../layout/layout.js'
import {
  type Lane,
  laneInputs,
  lanesOf,
  type RecurrentAttributes,
  type RecurrentKind,
  recurrentOperator,
  type Unrolled,
} from './recurrent-operator.js'
import {
  fromColumns,
  initialState,
  laneResults,
  readingOrder,
  stepGradients,
  together,
  toMatrix,
} from './recurrent-steps.js'
import { scan } from './scan.js'

const lstmKind: RecurrentKind = { operator: 'LSTM', attributes: {}, gates: 4, states: 2 }
const resultsALane = 3

const lstmOperator = recurrentOperator('lstm', lstmKind, unroll, pullBack)

/**
 * Lanes computed step by step, each in its reading order.
 *
 * Inside both loops a sequence is a column: states are [lanes, hidden, batch], gates
 * [lanes, 4 x hidden, batch]. The recurrent weight is then the left operand of each product, which
 * ONNX Runtime reads as it lies, where it would copy a right one into another layout at every step.
 * All slopes that the backward pass multiplies by are known as soon as the step is made, and are
 * given out in place of the gates. They are [time, lanes, hidden, batch].
 */
interface UnrolledLstm extends Unrolled {
  /** Each lane's state before each step, and the 1 below it: [time, hidden + 1, batch]. */
  readonly before: readonly Tensor[]
  /** How a gate's sum moves the cell (the output gate's: the state), all else held. */
  readonly inputSlope: Tensor
  readonly outputSlope: Tensor
  readonly forgetSlope: Tensor
  readonly candidateSlope: Tensor
  /** How the cell moves the state of its own step. */
  readonly cellSlope: Tensor
}

function unroll(node: Node<RecurrentAttributes>): UnrolledLstm {
  const lanes = lanesOf(node.inputs, node.attributes, lstmKind)
  const ones = lanes.map(() => 1)
  const inputs = lanes.map(({ input, reversed, lengths }) => readingOrder(input, reversed, lengths))
  // A transposed right operand costs nothing: the product rearranges it anyway.
  const projected = lanes.map(({ inputWeight }, lane) =>
    unsqueeze(matmul(inputWeight, transpose(inputs[lane] as Tensor)), 1),
  )
  const [first, firstCell] = [0, 1].map((state) =>
    together(lanes.map((lane) => initialState(lane, state))),
  ) as [Tensor, Tensor]
  const one = expand(first.graph.scalar(1), [lanes.length, 1, first.size(2)])
  const { outputs } = scan(
    {
      initial: [concat([first, one], 1), firstCell],
      sequences: projected as [Tensor, ...Tensor[]],
      captures: [weightsAndBiases(lanes), one],
    },
    (states, sums, captures) => {
      const [hidden, cell] = states as [Tensor, Tensor]
      const [weight, end] = captures as [Tensor, Tensor]
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
    outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]]
  const before = rest.slice(0, lanes.length).map((columns) => squeeze(columns, 1))
  const results = lanes.flatMap((lane) => {
    const hidden = fromColumns(squeeze(rest[lanes.length + lane.index] as Tensor, 1))
    const cells = fromColumns(squeeze(rest[2 * lanes.length + lane.index] as Tensor, 1))
    return laneResults(lane, hidden, [hidden, cells])
  })
  return {
    ...{ inputSlope, outputSlope, forgetSlope, candidateSlope, cellSlope },
    ...{ kept: forgetGate, inputs, before, results },
  }
}

/** The biases as one more column of the recurrent weights: the states end in a 1 for them. */
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
 * @param sums within the gates: [lanes, 4 x hidden, batch]
 * @param cell the state before the step: [lanes, hidden, batch]
 * @returns the states after it, and the slopes of input, output, forget gate, candidate and cell
 * (see `UnrolledLstm`), with the forget gate itself
 */
function stepOf(sums: Tensor, cell: Tensor) {
  const width = cell.size(1)
  const [input, output, forget, toCandidate] = split(sums, [width, width, width, width], 1) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const [inputGate, outputGate, forgetGate] = [input, output, forget].map(sigmoid) as [
    Tensor,
    Tensor,
    Tensor,
  ]
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
      // The derivatives of sigmoid and tanh, multiplied out so that each takes two operators.
      subtract(written, multiply(inputGate, written)),
      subtract(next, multiply(outputGate, next)),
      subtract(kept, multiply(forgetGate, kept)),
      subtract(inputGate, multiply(written, candidate)),
      subtract(outputGate, multiply(next, cellTanh)),
      forgetGate,
    ],
  }
}

function pullBack(
  node: Node<RecurrentAttributes>,
  gradients: readonly (Tensor | undefined)[],
  unrolled: UnrolledLstm,
): readonly (Tensor | undefined)[] {
  const lanes = lanesOf(node.inputs, node.attributes, lstmKind)
  const ones = lanes.map(() => 1)
  const upstream = lanes.map((lane) => {
    const [toOutputs, toLast] = gradients.slice(lane.index * resultsALane)
    return stepGradients(node.output(lane.index * resultsALane), lane, toOutputs, toLast)
  })
  const toCells = lanes.some(({ index }) => gradients[index * resultsALane + 2])
    ? lanes.map((lane) => {
        const toLast = gradients[lane.index * resultsALane + 2]
        return stepGradients(node.output(lane.index * resultsALane), lane, undefined, toLast)
      })
    : []
  const weights = together(lanes.map(({ recurrentWeight }) => unsqueeze(recurrentWeight, 0)))
  const { inputSlope, outputSlope, forgetSlope, candidateSlope, cellSlope, kept } = unrolled
  const slopes = [outputSlope, forgetSlope, candidateSlope, cellSlope, kept]
  const zeros = expand(weights.graph.scalar(0), inputSlope.shape.slice(1))
  const backward = scan(
    {
      initial: [zeros, zeros],
      sequences: [inputSlope, ...slopes, ...upstream, ...toCells],
      captures: [transpose(weights)],
      reverse: true,
    },
    ([later, laterCell], steps, [weight]) => {
      const [input, output, forget, candidate, cell, kept, ...others] = steps as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        ...Tensor[],
      ]
      const fromCells = others.splice(lanes.length)
      const dHidden = add(together(others), later as Tensor)
      const through = add(laterCell as Tensor, multiply(dHidden, cell))
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
        states: [matmul(weight as Tensor, dGates), multiply(dCell, kept)],
        outputs: split(dGates, ones, 0),
      }
    },
  )
  const [toFirst, toFirstCell] = backward.states.map((state) => split(state, ones, 0))
  const toLanes = lanes.flatMap((lane) => {
    const columns = squeeze(backward.outputs[lane.index] as Tensor, 1)
    return operandGradients(lane, unrolled, toMatrix(columns))
  })
  const toInitial = node.attributes.hasInitial
    ? lanes.flatMap(({ index }) =>
        [toFirst?.[index], toFirstCell?.[index]].map(
          (state) => state && transpose(squeeze(state, 0)),
        ),
      )
    : []
  return [...toLanes, ...(node.attributes.hasLengths ? [undefined] : []), ...toInitial]
}

/**
 * The gradients of a lane's input, weights and biases.
 *
 * @param dGates those of the sums within its gates: [4 x hidden, time x batch]
 */
function operandGradients(
  { index, inputWeight, recurrentWeight, reversed, lengths }: Lane,
  unrolled: UnrolledLstm,
  dGates: Tensor,
): Tensor[] {
  const before = toMatrix(unrolled.before[index] as Tensor)
  const [toRecurrent, toBias] = split(
    gemm(dGates, before, { transposeRight: true }),
    [recurrentWeight.size(1), 1],
    1,
  ) as [Tensor, Tensor]
  const input = unrolled.inputs[index] as Tensor
  const toInput = reshape(gemm(dGates, inputWeight, { transposeLeft: true }), input.shape)
  return [
    readingOrder(toInput, reversed, lengths),
    gemm(dGates, flatten(input)),
    toRecurrent,
    squeeze(toBias, 1),
    squeeze(toBias, 1),
  ]
}

/** The operands of one lane. */
export interface LstmLane {
  /** [time, batch, width] */
  readonly input: Tensor
  /** [4 x hidden, width]; gates in the order input, output, forget, cell */
  readonly inputWeight: Tensor
  /** [4 x hidden, hidden] */
  readonly recurrentWeight: Tensor
  /** [4 x hidden] */
  readonly inputBias: Tensor
  /** [4 x hidden] */
  readonly recurrentBias: Tensor
  /** [batch, hidden] each, zeros unless given (for all lanes or for none) */
  readonly initial?: { readonly hidden: Tensor; readonly cell: Tensor }
  /** Reads from the last valid step to the first. */
  readonly reversed?: boolean
}

export interface LstmResult {
  /** [time, batch, hidden], in the order of time; 0 after each length */
  readonly outputs: Tensor
  /** The states after the last step that was read: [batch, hidden] each. */
  readonly hidden: Tensor
  readonly cell: Tensor
}

/**
 * Runs LSTM layers side by side, each in one direction, with the semantics of packed sequences.
 *
 * @param lanes layers of one hidden size, over inputs of one time and batch
 * @param lengths int64 [batch], each from 1 to time: what comes after is never read
 * @throws LimbicError where an operand has another shape
 */
export function lstm(lanes: readonly LstmLane[], lengths?: Tensor): LstmResult[] {
  const [first] = lanes
  if (!first) return []
  const initial = lanes.flatMap((lane) =>
    lane.initial ? [lane.initial.hidden, lane.initial.cell] : [],
  )
  const node = first.input.graph.apply(lstmOperator, laneInputs(lanes, lengths, initial), {
    reversed: lanes.map(({ reversed = false }) => reversed),
    hasLengths: lengths !== undefined,
    hasInitial: initial.length > 0,
  })
  return lanes.map((_, lane) => ({
    outputs: node.output(lane * resultsALane),
    hidden: node.output(lane * resultsALane + 1),
    cell: node.output(lane * resultsALane + 2),
  }))
}
