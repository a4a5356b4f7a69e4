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
import type { Node, OnnxTarget, Operator, Tensor } from '../graph.js'
import { sigmoid, tanh } from './activation.js'
import { add, multiply, subtract } from './arithmetic.js'
import {
  concat,
  expand,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  transpose,
  unsqueeze,
} from './layout.js'
import { affine, flatten, gemm, matmul } from './matmul.js'
import {
  checkRecurrent,
  lastStepMask,
  readingOrder,
  recurrentOutputs,
  stepMask,
} from './recurrent.js'
import { reduceSum } from './reduction.js'
import { scan } from './scan.js'

interface LstmAttributes {
  readonly reversed: readonly boolean[]
  readonly hasLengths: boolean
  readonly hasInitial: boolean
}

const gateCount = 4
const operandsALane = 5
const resultsALane = 3

const lstmOperator: Operator<LstmAttributes> = {
  name: 'lstm',
  infer(inputs, { reversed, hasLengths, hasInitial }, mistake) {
    const lanes = reversed.length
    const shared = inputs.slice(lanes * operandsALane)
    return reversed.flatMap((direction, lane) => {
      const own = inputs.slice(lane * operandsALane, (lane + 1) * operandsALane)
      const states = shared.slice(
        (hasLengths ? 1 : 0) + 2 * lane,
        (hasLengths ? 1 : 0) + 2 * lane + 2,
      )
      const { time, batch, hidden } = checkRecurrent(
        [...own, ...(hasLengths ? shared.slice(0, 1) : []), ...(hasInitial ? states : [])],
        gateCount,
        2,
        { reversed: direction, hasLengths, hasInitial },
        mistake,
      )
      const other = inputs[2]?.size(1)
      if (other !== hidden) mistake(`lane ${lane}`, `hidden size ${other}`, String(hidden))
      const dataType = 'float32'
      return [
        { dataType, shape: [time, batch, hidden] },
        { dataType, shape: [batch, hidden] },
        { dataType, shape: [batch, hidden] },
      ]
    })
  },
  substitutes(node, isUsed) {
    // Where the gradient needs the steps they are computed anyway: the results come from there.
    const unrolled = unrolledLayers.get(node)
    if (!unrolled || !isUsed(unrolled.gates)) return []
    return unrolled.results.filter((_, position) => isUsed(node.output(position)))
  },
  lower(node, onnx) {
    const unrolled = unrolledLayers.get(node)
    if (unrolled && onnx.isUsed(unrolled.gates)) {
      for (const [position, output] of node.outputs.entries()) {
        const same = unrolled.results[position]
        if (same && onnx.isUsed(output)) {
          onnx.emit('Identity', [onnx.value(same)], { outputs: [onnx.value(output)] })
        }
      }
    } else {
      for (const lane of lanesOf(node)) lowerNative(lane, node, onnx)
    }
  },
  gradient: (node, gradients) => pullBackLstm(node, gradients),
  flops(node, size) {
    if (unrolledLayers.has(node)) return 0
    return lanesOf(node).reduce((total, { input, inputWeight, recurrentWeight }) => {
      const steps = size(input.shape.slice(0, 2))
      return total + 2 * steps * (size(inputWeight.shape) + size(recurrentWeight.shape))
    }, 0)
  },
}

/** One lane's operands, as the node holds them. */
interface Lane {
  readonly index: number
  readonly reversed: boolean
  readonly input: Tensor
  readonly inputWeight: Tensor
  readonly recurrentWeight: Tensor
  readonly inputBias: Tensor
  readonly recurrentBias: Tensor
  readonly lengths: Tensor | undefined
  readonly initial: readonly Tensor[]
}

function lanesOf(node: Node<LstmAttributes>): Lane[] {
  const { reversed, hasLengths, hasInitial } = node.attributes
  const shared = reversed.length * operandsALane
  return reversed.map((direction, index) => {
    const at = (operand: number) => node.input(index * operandsALane + operand)
    const first = shared + (hasLengths ? 1 : 0) + 2 * index
    return {
      index,
      reversed: direction,
      input: at(0),
      inputWeight: at(1),
      recurrentWeight: at(2),
      inputBias: at(3),
      recurrentBias: at(4),
      lengths: hasLengths ? node.input(shared) : undefined,
      initial: hasInitial ? [node.input(first), node.input(first + 1)] : [],
    }
  })
}

/** ONNX's LSTM has a leading axis for directions on everything but its input. */
function lowerNative(lane: Lane, node: Node<LstmAttributes>, onnx: OnnxTarget): void {
  const outputs = node.outputs.slice(lane.index * resultsALane, (lane.index + 1) * resultsALane)
  if (!outputs.some((output) => onnx.isUsed(output))) return
  const first = onnx.constant('int64', [1], [0])
  const emit = (operator: string, ...inputs: string[]) => onnx.emit(operator, inputs)[0] ?? ''
  const withDirection = (tensor: Tensor) => emit('Unsqueeze', onnx.value(tensor), first)
  const [bias = ''] = onnx.emit(
    'Concat',
    [onnx.value(lane.inputBias), onnx.value(lane.recurrentBias)],
    { attributes: { axis: { kind: 'int', value: 0 } } },
  )
  const [lengths = ''] = lane.lengths
    ? onnx.emit('Cast', [onnx.value(lane.lengths)], {
        attributes: { to: { kind: 'int', value: 6 } },
      })
    : []
  const results = onnx.emit(
    'LSTM',
    [
      onnx.value(lane.input),
      withDirection(lane.inputWeight),
      withDirection(lane.recurrentWeight),
      emit('Unsqueeze', bias, first),
      lengths,
      ...lane.initial.map(withDirection),
    ],
    {
      outputs: resultsALane,
      attributes: {
        hidden_size: { kind: 'int', value: Number(lane.recurrentWeight.size(1)) },
        direction: { kind: 'text', value: lane.reversed ? 'reverse' : 'forward' },
      },
    },
  )
  for (const [position, output] of outputs.entries()) {
    if (!onnx.isUsed(output)) continue
    const axis = onnx.constant('int64', [1], [position === 0 ? 1 : 0])
    onnx.emit('Squeeze', [results[position] ?? '', axis], { outputs: [onnx.value(output)] })
  }
}

/** Lanes computed step by step, in reading order: [time, lanes, batch, hidden] each. */
interface UnrolledLstm {
  /** The three sigmoid gates together: [time, lanes, batch, 3 x hidden]. */
  readonly gates: Tensor
  readonly inputGate: Tensor
  readonly outputGate: Tensor
  readonly forgetGate: Tensor
  /** The candidate for the cell. */
  readonly candidate: Tensor
  /** What the step wrote to the cell, and what it kept of it. */
  readonly written: Tensor
  readonly kept: Tensor
  readonly cellTanh: Tensor
  readonly hidden: Tensor
  readonly first: Tensor
  /** Each lane's input in its reading order: [time, batch, width]. */
  readonly inputs: readonly Tensor[]
  /** What the node itself gives. */
  readonly results: readonly Tensor[]
}

const unrolledLayers = new WeakMap<Node<LstmAttributes>, UnrolledLstm>()

function unroll(node: Node<LstmAttributes>): UnrolledLstm {
  const known = unrolledLayers.get(node)
  if (known) return known
  const lanes = lanesOf(node)
  const inputs = lanes.map(({ input, reversed, lengths }) => readingOrder(input, reversed, lengths))
  const projected = lanes.map(({ inputWeight, inputBias, recurrentBias }, lane) =>
    affine(inputs[lane] as Tensor, inputWeight, add(inputBias, recurrentBias)),
  )
  const width = Number(lanes[0]?.recurrentWeight.size(1))
  const [first, firstCell] = [0, 1].map((state) =>
    together(
      lanes.map(
        ({ initial, input }) =>
          initial[state] ?? expand(input.graph.scalar(0), [input.size(1), width]),
      ),
    ),
  ) as [Tensor, Tensor]
  const weights = together(lanes.map(({ recurrentWeight }) => transpose(recurrentWeight)))
  const { outputs } = scan(
    {
      initial: [first, firstCell],
      sequences: projected as [Tensor, ...Tensor[]],
      captures: [weights],
    },
    (states, sums, [weight]) => {
      const [hidden, cell] = states as [Tensor, Tensor]
      const total = add(matmul(hidden, weight as Tensor), together(sums))
      const [sigmoids, rest] = split(total, [3 * width, width], 2) as [Tensor, Tensor]
      const gates = sigmoid(sigmoids)
      const candidate = tanh(rest)
      const [inputGate, outputGate, forgetGate] = split(gates, [width, width, width], 2) as [
        Tensor,
        Tensor,
        Tensor,
      ]
      const written = multiply(inputGate, candidate)
      const kept = multiply(forgetGate, cell)
      const nextCell = add(kept, written)
      const cellTanh = tanh(nextCell)
      return {
        states: [multiply(outputGate, cellTanh), nextCell],
        outputs: [gates, inputGate, outputGate, forgetGate, candidate, written, kept, cellTanh],
      }
    },
  )
  const [gates, inputGate, outputGate, forgetGate, candidate, written, kept, cellTanh] =
    outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const hidden = multiply(outputGate, cellTanh)
  const hiddenOf = apart(hidden)
  const cellOf = apart(add(kept, written))
  const results = lanes.flatMap(({ reversed, lengths }, lane) => {
    const [steps, cells] = [hiddenOf[lane], cellOf[lane]] as [Tensor, Tensor]
    return recurrentOutputs(steps, [steps, cells], reversed, lengths)
  })
  const unrolled = {
    ...{ gates, inputGate, outputGate, forgetGate, candidate, written, kept, cellTanh },
    ...{ hidden, first, inputs, results },
  }
  unrolledLayers.set(node, unrolled)
  return unrolled
}

/** One tensor a lane as one tensor with an axis for lanes in front. */
function together(lanes: readonly Tensor[]): Tensor {
  return stack(lanes as [Tensor, ...Tensor[]], 0)
}

/** [time, lanes, batch, width] as one [time, batch, width] a lane. */
function apart(steps: Tensor): Tensor[] {
  const ones = Array<number>(Number(steps.size(1))).fill(1)
  return split(steps, ones, 1).map((lane) => squeeze(lane, 1))
}

function pullBackLstm(
  node: Node<LstmAttributes>,
  gradients: readonly (Tensor | undefined)[],
): readonly (Tensor | undefined)[] {
  const lanes = lanesOf(node)
  const unrolled = unroll(node)
  const { hidden, first } = unrolled
  const model = unrolled.inputs[0] as Tensor

  const upstream = lanes.map(({ index, reversed, lengths }) => {
    const [toOutputs, toLast] = gradients.slice(index * resultsALane)
    return stepGradients(node.output(index * resultsALane), reversed, lengths, toOutputs, toLast)
  })
  const toCells = lanes.some(({ index }) => gradients[index * resultsALane + 2])
    ? lanes.map(({ index, reversed, lengths }) =>
        stepGradients(
          node.output(index * resultsALane),
          reversed,
          lengths,
          undefined,
          gradients[index * resultsALane + 2],
        ),
      )
    : []
  const weights = together(lanes.map(({ recurrentWeight }) => recurrentWeight))
  const zeros = expand(model.graph.scalar(0), hidden.shape.slice(1))
  const { gates, inputGate, outputGate, forgetGate, candidate, written, kept, cellTanh } = unrolled
  const kinds = [gates, inputGate, outputGate, forgetGate, candidate, written, kept, cellTanh]
  const backward = scan(
    {
      initial: [zeros, zeros],
      sequences: [hidden, ...kinds, ...upstream, ...toCells],
      captures: [weights],
      reverse: true,
    },
    ([later, laterCell], steps, [weight]) => {
      const [h, ...others] = steps as [Tensor, ...Tensor[]]
      const [s, i, o, f, g, w, k, t] = others as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ]
      const fromOutputs = together(others.slice(kinds.length, kinds.length + lanes.length))
      const fromCells = others.slice(kinds.length + lanes.length)
      const dHidden = add(fromOutputs, later as Tensor)
      // h = o tanh(c), so o (1 - tanh(c)^2) = o - h tanh(c); likewise below.
      const through = add(laterCell as Tensor, multiply(dHidden, subtract(o, multiply(h, t))))
      const dCell = fromCells.length > 0 ? add(through, together(fromCells)) : through
      const sigmoidSlopes = multiply(concat([w, h, k], 2), subtract(1, s))
      const slopes = concat([sigmoidSlopes, subtract(i, multiply(w, g))], 2)
      const dGates = multiply(concat([dCell, dHidden, dCell, dCell], 2), slopes)
      const ones = Array<number>(lanes.length).fill(1)
      return {
        states: [matmul(dGates, weight as Tensor), multiply(dCell, f)],
        outputs: split(dGates, ones, 0),
      }
    },
  )
  const hiddenBefore = apart(concat([unsqueeze(first, 0), slice(hidden, 0, 0, -1)], 0))
  const [toFirst, toFirstCell] = backward.states.map((state) =>
    split(
      state,
      lanes.map(() => 1),
      0,
    ),
  )
  const toLanes = lanes.flatMap(({ index, inputWeight, reversed, lengths }) => {
    const dGates = flatten(squeeze(backward.outputs[index] as Tensor, 1))
    const input = unrolled.inputs[index] as Tensor
    const toBias = reduceSum(dGates, 0)
    return [
      readingOrder(reshape(gemm(dGates, inputWeight), input.shape), reversed, lengths),
      gemm(dGates, flatten(input), { transposeLeft: true }),
      gemm(dGates, flatten(hiddenBefore[index] as Tensor), { transposeLeft: true }),
      toBias,
      toBias,
    ]
  })
  const toInitial = node.attributes.hasInitial
    ? lanes.flatMap(({ index }) =>
        [toFirst?.[index], toFirstCell?.[index]].map((state) => state && squeeze(state, 0)),
      )
    : []
  return [...toLanes, ...(node.attributes.hasLengths ? [undefined] : []), ...toInitial]
}

/** The gradient of each step's state, in reading order, from that of the outputs and of the last state. */
function stepGradients(
  outputs: Tensor,
  reversed: boolean,
  lengths: Tensor | undefined,
  toOutputs: Tensor | undefined,
  toLast: Tensor | undefined,
): Tensor {
  const ordered = toOutputs && readingOrder(toOutputs, reversed, lengths)
  const masked = ordered && lengths ? multiply(ordered, stepMask(outputs, lengths)) : ordered
  const last = toLast && multiply(lastStepMask(outputs, lengths), unsqueeze(toLast, 0))
  if (masked && last) return add(masked, last)
  return masked ?? last ?? expand(outputs.graph.scalar(0), outputs.shape)
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
  const node = first.input.graph.apply(
    lstmOperator,
    [
      ...lanes.flatMap((lane) => [
        lane.input,
        lane.inputWeight,
        lane.recurrentWeight,
        lane.inputBias,
        lane.recurrentBias,
      ]),
      ...(lengths ? [lengths] : []),
      ...initial,
    ],
    {
      reversed: lanes.map(({ reversed = false }) => reversed),
      hasLengths: lengths !== undefined,
      hasInitial: initial.length > 0,
    },
  )
  return lanes.map((_, lane) => ({
    outputs: node.output(lane * resultsALane),
    hidden: node.output(lane * resultsALane + 1),
    cell: node.output(lane * resultsALane + 2),
  }))
}
