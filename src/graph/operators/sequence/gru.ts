/**
 * Gated recurrent units, one or several side by side, of one hidden size; built like the long
 * short-term memory in `lstm.ts`, which tells of the two lowerings and of the loops' layout. Gates
 * stand in ONNX's order: update, reset, new.
 *
 * The reset gate acts on the recurrent product (PyTorch's variant, ONNX's `linear_before_reset`):
 * `n = tanh(W x + b + r * (R h + c))`, `h' = (1 - z) n + z h`.
 */
import { int, type Node, type Tensor } from '../../graph.js'
import { sigmoid, tanh } from '../algebra/activation.js'
import { add, multiply, subtract } from '../algebra/arithmetic.js'
import { flatten, gemm, matmul } from '../algebra/matmul.js'
import { concat, expand, reshape, split, squeeze, transpose, unsqueeze } from '../layout/layout.js'
import { slice } from '../layout/slices.js'
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

const gruKind: RecurrentKind = {
  operator: 'GRU',
  attributes: { linear_before_reset: int(1) },
  gates: 3,
  states: 1,
  // ONNX Runtime's GRU works on one core, one number at a time; here both took equally long on two.
  stepsFrom: 1024,
}
const resultsALane = 2

const gruOperator = recurrentOperator('gru', gruKind, unroll, pullBack)

/** Lanes computed step by step, each in its reading order. Sequences are columns, as in `lstm.ts`. */
interface UnrolledGru extends Unrolled {
  /** Each lane's state before each step: [time, hidden, batch]. */
  readonly before: readonly Tensor[]
  /**
   * How the sum within each gate moves the state, all else held: update, reset, new, and what the
   * reset gate acts on, one below the other. [time, lanes, 4 x hidden, batch]
   */
  readonly slopes: Tensor
}

function unroll(node: Node<RecurrentAttributes>): UnrolledGru {
  const lanes = lanesOf(node.inputs, node.attributes, gruKind)
  const ones = lanes.map(() => 1)
  const inputs = lanes.map(({ input, reversed, lengths }) => readingOrder(input, reversed, lengths))
  const first = together(lanes.map((lane) => initialState(lane, 0)))
  const [width, batch] = [Number(first.size(1)), first.size(2)]
  const projected = lanes.map((lane, index) => projection(lane, inputs[index] as Tensor, width))
  const weights = together(lanes.map(({ recurrentWeight }) => unsqueeze(recurrentWeight, 0)))
  const recalledBias = together(
    lanes.map(({ recurrentBias }) =>
      expand(unsqueeze(slice(recurrentBias, 0, 2 * width), 1), [1, width, batch]),
    ),
  )
  const { outputs } = scan(
    {
      initial: [first],
      sequences: projected as [Tensor, ...Tensor[]],
      captures: [weights, recalledBias],
    },
    (states, sums, captures) => {
      const [hidden] = states as [Tensor]
      const [weight, bias] = captures as [Tensor, Tensor]
      const { next, slopes, update } = stepOf(together(sums), matmul(weight, hidden), bias, hidden)
      return {
        states: [next],
        outputs: [concat(slopes, 1), update, ...split(hidden, ones, 0), ...split(next, ones, 0)],
      }
    },
  )
  const [slopes, updateGate, ...rest] = outputs as [Tensor, Tensor, ...Tensor[]]
  const before = rest.slice(0, lanes.length).map((columns) => squeeze(columns, 1))
  const results = lanes.flatMap((lane) => {
    const hidden = fromColumns(squeeze(rest[lanes.length + lane.index] as Tensor, 1))
    return laneResults(lane, hidden, [hidden])
  })
  return { slopes, kept: updateGate, inputs, before, results }
}

/**
 * What a lane's input brings to the sums within the gates, biases included, [time, 1, 3 x hidden,
 * batch]. Of the recurrent biases only the new gate's is left for each step: the reset gate acts on it.
 */
function projection(
  { inputWeight, inputBias, recurrentBias }: Lane,
  input: Tensor,
  width: number,
): Tensor {
  const nothing = expand(input.graph.scalar(0), [width])
  const recurrent = concat([slice(recurrentBias, 0, 0, 2 * width), nothing], 0)
  const sums = matmul(inputWeight, transpose(input))
  return unsqueeze(add(sums, unsqueeze(add(inputBias, recurrent), 1)), 1)
}

/**
 * One step of all lanes.
 *
 * @param brought what the inputs bring to the gates: [lanes, 3 x hidden, batch]
 * @param recalled the products of the recurrent weights with the states, the same shape
 * @param bias the new gate's recurrent bias: [lanes, hidden, batch]
 * @param hidden the states before the step, the same shape
 * @returns the states after it, the slopes (see `UnrolledGru`), and the update gate
 */
function stepOf(brought: Tensor, recalled: Tensor, bias: Tensor, hidden: Tensor) {
  const width = Number(hidden.size(1))
  const twoAndOne = [2 * width, width]
  const [fromHidden, fromNew] = split(recalled, twoAndOne, 1) as [Tensor, Tensor]
  const [fromInput, toNew] = split(brought, twoAndOne, 1) as [Tensor, Tensor]
  const gates = split(sigmoid(add(fromInput, fromHidden)), [width, width], 1)
  const [update, resetGate] = gates as [Tensor, Tensor]
  const reset = multiply(resetGate, add(fromNew, bias))
  const candidate = tanh(add(toNew, reset))
  const kept = multiply(update, subtract(hidden, candidate))
  // The derivatives of sigmoid and tanh, multiplied out.
  const written = subtract(1, update)
  const newSlope = subtract(written, multiply(multiply(written, candidate), candidate))
  const slopes: readonly [Tensor, ...Tensor[]] = [
    subtract(kept, multiply(update, kept)),
    multiply(newSlope, subtract(reset, multiply(resetGate, reset))),
    newSlope,
    multiply(newSlope, resetGate),
  ]
  return { next: add(candidate, kept), slopes, update }
}

function pullBack(
  node: Node<RecurrentAttributes>,
  gradients: readonly (Tensor | undefined)[],
  unrolled: UnrolledGru,
): readonly (Tensor | undefined)[] {
  const lanes = lanesOf(node.inputs, node.attributes, gruKind)
  const { slopes, kept } = unrolled
  const upstream = lanes.map((lane) => {
    const [toOutputs, toLast] = gradients.slice(lane.index * resultsALane)
    return stepGradients(node.output(lane.index * resultsALane), lane, toOutputs, toLast)
  })
  const width = Number(kept.size(2))
  // The sum of the new gate sends nothing to the state before: what it recalls does.
  const weights = together(
    lanes.map(({ recurrentWeight }) => {
      const turned = transpose(recurrentWeight)
      const [gates, recalled] = split(turned, [2 * width, width], 1) as [Tensor, Tensor]
      const nothing = expand(turned.graph.scalar(0), [width, width])
      return unsqueeze(concat([gates, nothing, recalled], 1), 0)
    }),
  )
  const [time, laneCount, , batch] = slopes.shape as [string, number, number, string]
  const backward = scan(
    {
      initial: [expand(weights.graph.scalar(0), kept.shape.slice(1))],
      sequences: [reshape(slopes, [time, laneCount, 4, width, batch]), kept, ...upstream],
      captures: [weights],
      reverse: true,
    },
    ([later], steps, [weight]) => {
      const [slope, keep, ...others] = steps as [Tensor, Tensor, ...Tensor[]]
      const dHidden = add(together(others), later as Tensor)
      const dSums = multiply(unsqueeze(dHidden, 1), slope)
      const columns = reshape(dSums, [laneCount, 4 * width, batch])
      return {
        states: [add(matmul(weight as Tensor, columns), multiply(dHidden, keep))],
        outputs: split(
          reshape(dSums, [laneCount * 4, width, batch]),
          lanes.flatMap(() => [3, 1]),
          0,
        ),
      }
    },
  )
  const toLanes = lanes.flatMap((lane) => {
    const [ofGates, ofRecalled] = backward.outputs.slice(2 * lane.index) as [Tensor, Tensor]
    const sums = toMatrix(reshape(ofGates, [time, 3 * width, batch]))
    return operandGradients(lane, unrolled, sums, toMatrix(squeeze(ofRecalled, 1)))
  })
  const toInitial = node.attributes.hasInitial
    ? split(
        backward.states[0] as Tensor,
        lanes.map(() => 1),
        0,
      ).map((state) => transpose(squeeze(state, 0)))
    : []
  return [...toLanes, ...(node.attributes.hasLengths ? [undefined] : []), ...toInitial]
}

/**
 * The gradients of a lane's input, weights and biases.
 *
 * @param sums those of the sums within its gates: [3 x hidden, time x batch]
 * @param recalled that of what its reset gate acts on: [hidden, time x batch]
 */
function operandGradients(
  { index, inputWeight, reversed, lengths }: Lane,
  { before, inputs }: UnrolledGru,
  sums: Tensor,
  recalled: Tensor,
): Tensor[] {
  const hidden = toMatrix(before[index] as Tensor)
  const width = Number(hidden.size(0))
  // A row of ones, so that the product gives the gradients of the biases as well.
  const states = concat([hidden, expand(hidden.graph.scalar(1), [1, hidden.size(1)])], 0)
  const byGates = gemm(sums, states, { transposeRight: true })
  const byRecalled = gemm(recalled, states, { transposeRight: true })
  const recurrent = concat([slice(byGates, 0, 0, 2 * width), byRecalled], 0)
  const input = inputs[index] as Tensor
  const toInput = reshape(gemm(sums, inputWeight, { transposeLeft: true }), input.shape)
  return [
    readingOrder(toInput, reversed, lengths),
    gemm(sums, flatten(input)),
    slice(recurrent, 1, 0, width),
    squeeze(slice(byGates, 1, width), 1),
    squeeze(slice(recurrent, 1, width), 1),
  ]
}

/** The operands of one lane. */
export interface GruLane {
  /** [time, batch, width] */
  readonly input: Tensor
  /** [3 x hidden, width]; gates in the order update, reset, new */
  readonly inputWeight: Tensor
  /** [3 x hidden, hidden] */
  readonly recurrentWeight: Tensor
  /** [3 x hidden] */
  readonly inputBias: Tensor
  /** [3 x hidden] */
  readonly recurrentBias: Tensor
  /** [batch, hidden], zeros unless given (for all lanes or for none) */
  readonly initial?: Tensor
  /** Reads from the last valid step to the first. */
  readonly reversed?: boolean
}

export interface GruResult {
  /** [time, batch, hidden], in the order of time; 0 after each length */
  readonly outputs: Tensor
  /** The state after the last step that was read: [batch, hidden]. */
  readonly hidden: Tensor
}

/**
 * Runs gated recurrent units side by side, each in one direction, with the semantics of packed
 * sequences. Time and batch are at least 1.
 *
 * @param lanes layers of one hidden size, over inputs of one time and batch
 * @param lengths int64 [batch], each from 1 to time: what comes after is never read
 * @throws LimbicError where an operand has another shape
 */
export function gru(lanes: readonly GruLane[], lengths?: Tensor): GruResult[] {
  const [first] = lanes
  if (!first) return []
  const initial = lanes.flatMap((lane) => (lane.initial ? [lane.initial] : []))
  const node = first.input.graph.apply(gruOperator, laneInputs(lanes, lengths, initial), {
    reversed: lanes.map(({ reversed = false }) => reversed),
    hasLengths: lengths !== undefined,
    hasInitial: initial.length > 0,
  })
  return lanes.map((_, lane) => ({
    outputs: node.output(lane * resultsALane),
    hidden: node.output(lane * resultsALane + 1),
  }))
}
