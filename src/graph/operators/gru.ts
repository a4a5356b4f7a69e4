/**
 * Gated recurrent units, one or several side by side, of one hidden size; built like the long
 * short-term memory in `lstm.ts`, which tells of the two lowerings and of the loops' layout. Gates
 * stand in ONNX's order: update, reset, new.
 *
 * The reset gate acts on the recurrent product (PyTorch's variant, ONNX's `linear_before_reset`):
 * `n = tanh(W x + b + r * (R h + c))`, `h' = (1 - z) n + z h`.
 */
import { int, type Node, type Tensor } from '../graph.js'
import { sigmoid, tanh } from './activation.js'
import { add, multiply, subtract } from './arithmetic.js'
import { concat, expand, reshape, slice, split, squeeze, transpose, unsqueeze } from './layout.js'
import { flatten, gemm, matmul } from './matmul.js'
import {
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
}
const resultsALane = 2

const gruOperator = recurrentOperator('gru', gruKind, unroll, pullBack)

/** Lanes computed step by step, each in its reading order. Sequences are columns, as in `lstm.ts`. */
interface UnrolledGru extends Unrolled {
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
  const projected = lanes.map(({ inputWeight }, lane) =>
    unsqueeze(matmul(inputWeight, transpose(inputs[lane] as Tensor)), 1),
  )
  const first = together(lanes.map((lane) => initialState(lane, 0)))
  const { graph } = first
  const [width, batch] = [Number(first.size(1)), first.size(2)]
  const twoAndOne = [2 * width, width]
  // Biases are one more column of the recurrent weights, and the states end in a 1 for them. Only
  // the new gate's has two sides: what is reset, and what is not.
  const weights = together(
    lanes.map(({ recurrentWeight, inputBias, recurrentBias }) => {
      const outside = concat(
        [slice(inputBias, 0, 0, 2 * width), expand(graph.scalar(0), [width])],
        0,
      )
      const bias = unsqueeze(add(recurrentBias, outside), 1)
      return unsqueeze(concat([recurrentWeight, bias], 1), 0)
    }),
  )
  const newBias = together(
    lanes.map(({ inputBias }) =>
      expand(unsqueeze(slice(inputBias, 0, 2 * width), 1), [1, width, batch]),
    ),
  )
  const one = expand(graph.scalar(1), [lanes.length, 1, batch])
  const { outputs } = scan(
    {
      initial: [concat([first, one], 1), first],
      sequences: projected as [Tensor, ...Tensor[]],
      captures: [weights, newBias, one],
    },
    (states, sums, captures) => {
      const [column, hidden] = states as [Tensor, Tensor]
      const [weight, bias, end] = captures as [Tensor, Tensor, Tensor]
      const [fromHidden, recalled] = split(matmul(weight, column), twoAndOne, 1) as [Tensor, Tensor]
      const [fromInput, toNew] = split(together(sums), twoAndOne, 1) as [Tensor, Tensor]
      const [z, r] = split(sigmoid(add(fromInput, fromHidden)), [width, width], 1) as [
        Tensor,
        Tensor,
      ]
      const reset = multiply(r, recalled)
      const n = tanh(add(add(toNew, bias), reset))
      const kept = multiply(z, subtract(hidden, n))
      const next = add(n, kept)
      // The derivatives of sigmoid and tanh, multiplied out.
      const written = subtract(1, z)
      const newSlope = subtract(written, multiply(multiply(written, n), n))
      const slopes = [
        subtract(kept, multiply(z, kept)),
        multiply(newSlope, subtract(reset, multiply(r, reset))),
        newSlope,
        multiply(newSlope, r),
      ] as const
      return {
        states: [concat([next, end], 1), next],
        outputs: [concat([...slopes], 1), z, ...split(column, ones, 0), ...split(next, ones, 0)],
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

function pullBack(
  node: Node<RecurrentAttributes>,
  gradients: readonly (Tensor | undefined)[],
  unrolled: UnrolledGru,
): readonly (Tensor | undefined)[] {
  const lanes = lanesOf(node.inputs, node.attributes, gruKind)
  const { slopes, kept, inputs, before } = unrolled
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
  const toLanes = lanes.flatMap(({ index, inputWeight, reversed, lengths }) => {
    const [ofGates, ofRecalled] = backward.outputs.slice(2 * index) as [Tensor, Tensor]
    const columns = reshape(ofGates, [time, 3 * width, batch])
    const states = toMatrix(before[index] as Tensor)
    const product = (sums: Tensor) => gemm(sums, states, { transposeRight: true })
    const sums = toMatrix(columns)
    const byGates = product(sums)
    const byRecalled = product(toMatrix(squeeze(ofRecalled, 1)))
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
