/**
 * Gated recurrent units, one or several side by side, of one hidden size. They are built like the
 * LSTM; `lstm.ts` explains the two lowerings and the layout in loops. Gates are in ONNX's order:
 * update, reset, new.
 *
 * The reset gate acts on the recurrent product (PyTorch's variant, ONNX's `linear_before_reset`):
 * `n = tanh(W x + b + r * (R h + c))`, `h' = (1 - z) n + z h`.
 */
import { elementAt } from '../../../base/lookup.js'
import { flag } from '../../onnx/attributes.js'
import type { Tensor } from '../../tensor.js'
import { sigmoid, tanh } from '../algebra/activation.js'
import { add, multiply, subtract } from '../algebra/arithmetic.js'
import { gemm, matmul } from '../algebra/matmul.js'
import { squeeze, unsqueeze } from '../layout/axes.js'
import { concat, split } from '../layout/concat.js'
import { flatten, reshape } from '../layout/reshape.js'
import { slice } from '../layout/slices.js'
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

/** Lanes computed step by step, each in its reading order. Sequences are columns, as in `lstm.ts`. */
interface GruSteps extends Steps {
  /** Each lane's state before each step: [time, hidden, batch]. */
  readonly before: readonly Tensor[]
  /**
   * The derivatives of the state with respect to each gate's pre-activation (update, reset, new)
   * and to the product that the reset gate acts on, stacked: [time, lanes, 4 x hidden, batch].
   */
  readonly slopes: Tensor
}

const gruKind: RecurrentKind<GruSteps> = {
  name: 'gru',
  native: { name: 'GRU', attributes: { linear_before_reset: flag(true) } },
  gates: 3,
  states: 1,
  // ONNX Runtime's GRU is scalar and single-threaded; at this size both were equally fast on two
  // cores.
  stepsFrom: 1024,
  forward,
  backward,
}

/** The operator, and the steps that may replace it. */
export const gruLayer = recurrentOperator(gruKind)

function forward(
  lanes: readonly Lane[],
  inputs: readonly Tensor[],
  initial: readonly Tensor[],
): GruSteps {
  const ones = lanes.map(() => 1)
  const first = elementAt(initial, 0, 'state')
  const [width, batch] = [first.fixedSize(1), first.size(2)]
  const projected = lanes.map((lane) =>
    projection(lane, elementAt(inputs, lane.index, 'lane'), width),
  )
  const weights = together(lanes.map(({ recurrentWeight }) => unsqueeze(recurrentWeight, 0)))
  const recalledBias = together(
    lanes.map(({ recurrentBias }) =>
      expand(unsqueeze(slice(recurrentBias, 0, 2 * width), 1), [1, width, batch]),
    ),
  )
  const { outputs } = scan(
    { initial: [first], sequences: projected, captures: [weights, recalledBias] },
    ([hidden], sums, [weight, bias]) => {
      const { next, slopes, update } = stepOf(together(sums), matmul(weight, hidden), bias, hidden)
      return {
        states: [next],
        outputs: [concat(slopes, 1), update, ...split(hidden, ones, 0), ...split(next, ones, 0)],
      }
    },
  )
  const [slopes, updateGate, ...rest] = outputs
  const before = rest.slice(0, lanes.length).map((columns) => squeeze(columns, 1))
  return { slopes, kept: updateGate, before, after: [rest.slice(lanes.length)] }
}

/**
 * The input's contribution to the gates' pre-activations, biases included: [time, 1, 3 x hidden,
 * batch]. Only the new gate's recurrent bias is added in each step instead, since the reset gate
 * acts on it.
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
 * @param brought the inputs' contributions to the gates: [lanes, 3 x hidden, batch]
 * @param recalled the products of the recurrent weights with the states, the same shape
 * @param bias the new gate's recurrent bias: [lanes, hidden, batch]
 * @param hidden the states before the step: [lanes, hidden, batch]
 * @returns the states after it, the slopes (see `GruSteps`), and the update gate
 */
function stepOf(brought: Tensor, recalled: Tensor, bias: Tensor, hidden: Tensor) {
  const width = hidden.fixedSize(1)
  const [fromHidden, fromNew] = split(recalled, [2 * width, width], 1)
  const [fromInput, toNew] = split(brought, [2 * width, width], 1)
  const [update, resetGate] = split(sigmoid(add(fromInput, fromHidden)), [width, width], 1)
  const reset = multiply(resetGate, add(fromNew, bias))
  const candidate = tanh(add(toNew, reset))
  const kept = multiply(update, subtract(hidden, candidate))
  // The derivatives of sigmoid and tanh, expanded.
  const written = subtract(1, update)
  const newSlope = subtract(written, multiply(multiply(written, candidate), candidate))
  const slopes = [
    subtract(kept, multiply(update, kept)),
    multiply(newSlope, subtract(reset, multiply(resetGate, reset))),
    newSlope,
    multiply(newSlope, resetGate),
  ]
  return { next: add(candidate, kept), slopes, update }
}

function backward(
  lanes: readonly Lane[],
  steps: Unrolled<GruSteps>,
  upstream: readonly (readonly Tensor[])[],
) {
  const { slopes, kept } = steps
  const width = kept.fixedSize(2)
  // The new gate's pre-activation does not reach the previous state directly, only its recurrent
  // product does.
  const weights = together(
    lanes.map(({ recurrentWeight }) => {
      const turned = transpose(recurrentWeight)
      const [gates, recalled] = split(turned, [2 * width, width], 1)
      const nothing = expand(turned.graph.scalar(0), [width, width])
      return unsqueeze(concat([gates, nothing, recalled], 1), 0)
    }),
  )
  const [time, , , batch] = slopes.axes('time', 'lanes', '4 x hidden', 'batch')
  const count = lanes.length
  const back = scan(
    {
      initial: [expand(weights.graph.scalar(0), kept.shape.slice(1))],
      sequences: [reshape(slopes, [time, count, 4, width, batch]), kept, ...upstream.flat()],
      captures: [weights],
      reverse: true,
    },
    ([later], [slope, keep, ...others], [weight]) => {
      const dHidden = add(together(others), later)
      const dSums = multiply(unsqueeze(dHidden, 1), slope)
      const columns = reshape(dSums, [count, 4 * width, batch])
      const threeAndOne = lanes.flatMap(() => [3, 1])
      return {
        states: [add(matmul(weight, columns), multiply(dHidden, keep))],
        outputs: split(reshape(dSums, [count * 4, width, batch]), threeAndOne, 0),
      }
    },
  )
  const operands = lanes.map((lane) => {
    const ofGates = elementAt(back.outputs, 2 * lane.index, 'lane')
    const ofRecalled = elementAt(back.outputs, 2 * lane.index + 1, 'lane')
    const sums = toMatrix(reshape(ofGates, [time, 3 * width, batch]))
    return operandGradients(lane, steps, sums, toMatrix(squeeze(ofRecalled, 1)))
  })
  return { operands, initial: back.states }
}

/**
 * The gradients of a lane's input, weights and biases.
 *
 * @param sums the gradients of its gates' pre-activations: [3 x hidden, time x batch]
 * @param recalled the gradient of the product that its reset gate acts on: [hidden, time x batch]
 */
function operandGradients(
  { index, inputWeight, reversed, lengths }: Lane,
  { before, inputs }: Unrolled<GruSteps>,
  sums: Tensor,
  recalled: Tensor,
): LaneOperands {
  const hidden = toMatrix(elementAt(before, index, 'lane'))
  const width = hidden.fixedSize(0)
  // A row of ones, so that the product includes the gradients of the biases.
  const states = concat([hidden, expand(hidden.graph.scalar(1), [1, hidden.size(1)])], 0)
  const byGates = gemm(sums, states, { transposeRight: true })
  const byRecalled = gemm(recalled, states, { transposeRight: true })
  const recurrent = concat([slice(byGates, 0, 0, 2 * width), byRecalled], 0)
  const input = elementAt(inputs, index, 'lane')
  const toInput = reshape(gemm(sums, inputWeight, { transposeLeft: true }), input.shape)
  return {
    input: readingOrder(toInput, reversed, lengths),
    inputWeight: gemm(sums, flatten(input)),
    recurrentWeight: slice(recurrent, 1, 0, width),
    inputBias: squeeze(slice(byGates, 1, width), 1),
    recurrentBias: squeeze(slice(recurrent, 1, width), 1),
  }
}

/** The operands of one lane; gates in the order update, reset, new. */
export interface GruLane extends LaneOperands {
  /** [batch, hidden], by default zeros; given for all lanes or none */
  readonly initial?: Tensor
  /** Whether it reads from the last valid step to the first. */
  readonly reversed?: boolean
}

export interface GruResult {
  /** [time, batch, hidden], in the order of time; 0 in padding */
  readonly outputs: Tensor
  /** The state after the last step read: [batch, hidden]. */
  readonly hidden: Tensor
}

/**
 * Runs gated recurrent units side by side, each in one direction, as over PyTorch's packed
 * sequences. Time and batch are at least 1.
 *
 * @param lanes layers of one hidden size, over inputs of one time and batch
 * @param lengths int64 [batch], each from 1 to time; padding is never read
 * @throws LimbicError if an operand's shape does not fit
 */
export function gru(lanes: readonly GruLane[], lengths?: Tensor): GruResult[] {
  const results = gruLayer.apply(
    lanes.map(({ initial, ...lane }) => ({ ...lane, first: initial ? [initial] : [] })),
    lengths,
  )
  return results.map((result) => ({
    outputs: elementAt(result, 0, 'result'),
    hidden: elementAt(result, 1, 'result'),
  }))
}
