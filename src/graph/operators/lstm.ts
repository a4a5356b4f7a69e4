/**
 * The long short-term memory layer, one direction.
 *
 * Two lowerings serve one definition. Where only results are wanted, ONNX's own LSTM runs, the
 * fastest there is. Where a gradient is wanted, a Scan runs instead that gives out the gates and
 * cell states as it goes, so that the backward pass recomputes nothing; the backward loop then
 * holds only what depends on the step before: everything elementwise is folded outside, and the
 * weights' gradients are single products after it.
 */
import type { Node, OnnxTarget, Operator, Tensor } from '../graph.js'
import { sigmoid, tanh } from './activation.js'
import { add, multiply, square, subtract } from './arithmetic.js'
import { concat, expand, reshape, slice, split, transpose, unsqueeze } from './layout.js'
import { affine, flatten, gemm, matmul } from './matmul.js'
import {
  checkRecurrent,
  lastStepMask,
  type RecurrentAttributes,
  type RecurrentOperands,
  readingOrder,
  recurrentOperands,
  recurrentOutputs,
  stepMask,
} from './recurrent.js'
import { reduceSum } from './reduction.js'
import { scan } from './scan.js'

/** Gates stand in PyTorch's order: input, forget, cell, output. */
const gateCount = 4

const lstmOperator: Operator<RecurrentAttributes> = {
  name: 'lstm',
  infer(inputs, attributes, mistake) {
    const { time, batch, hidden } = checkRecurrent(inputs, gateCount, 2, attributes, mistake)
    const dataType = 'float32'
    return [
      { dataType, shape: [time, batch, hidden] },
      { dataType, shape: [batch, hidden] },
      { dataType, shape: [batch, hidden] },
    ]
  },
  lower(node, onnx) {
    const unrolled = unrolledLayers.get(node)
    if (unrolled && onnx.isUsed(unrolled.outputGate)) {
      // The steps are computed anyway for the gradient: take the results from there.
      node.outputs.forEach((output, position) => {
        const same = unrolled.results[position]
        if (same && onnx.isUsed(output)) {
          onnx.emit('Identity', [onnx.value(same)], { outputs: [onnx.value(output)] })
        }
      })
    } else {
      lowerNative(node, onnx)
    }
  },
  gradient: (node, gradients) => pullBackLstm(node, gradients),
  flops(node, size) {
    if (unrolledLayers.has(node)) return 0
    const [input, weight] = [node.input(0), node.input(1)]
    const steps = size(input.shape.slice(0, 2))
    return (
      2 *
      steps *
      size([weight.size(0)]) *
      (size([input.size(2)]) + size(node.input(2).shape.slice(1)))
    )
  },
}

/** ONNX's LSTM has its gates in the order input, output, forget, cell, and a leading axis for directions. */
function lowerNative(node: Node<RecurrentAttributes>, onnx: OnnxTarget): void {
  const { input, inputWeight, recurrentWeight, inputBias, recurrentBias, lengths, initial } =
    recurrentOperands(node)
  const hidden = Number(recurrentWeight.size(1))
  const order = [0, 3, 1, 2].flatMap((gate) =>
    Array.from({ length: hidden }, (_, unit) => gate * hidden + unit),
  )
  const places = onnx.constant('int64', [order.length], order)
  const first = onnx.constant('int64', [1], [0])
  const emit = (operator: string, ...inputs: string[]) => onnx.emit(operator, inputs)[0] ?? ''
  const reordered = (weight: Tensor) => emit('Gather', onnx.value(weight), places)
  const withDirection = (name: string) => emit('Unsqueeze', name, first)
  const [bias] = onnx.emit('Concat', [reordered(inputBias), reordered(recurrentBias)], {
    attributes: { axis: { kind: 'int', value: 0 } },
  })
  const [lengths32 = ''] = lengths
    ? onnx.emit('Cast', [onnx.value(lengths)], { attributes: { to: { kind: 'int', value: 6 } } })
    : []
  const results = onnx.emit(
    'LSTM',
    [
      onnx.value(input),
      withDirection(reordered(inputWeight)),
      withDirection(reordered(recurrentWeight)),
      withDirection(bias ?? ''),
      lengths32,
      ...initial.map((state) => withDirection(onnx.value(state))),
    ],
    {
      outputs: 3,
      attributes: {
        hidden_size: { kind: 'int', value: hidden },
        direction: { kind: 'text', value: node.attributes.reversed ? 'reverse' : 'forward' },
      },
    },
  )
  const axes = [1, 0, 0]
  results.forEach((result, position) => {
    const output = node.output(position)
    if (!onnx.isUsed(output)) return
    onnx.emit('Squeeze', [result, onnx.constant('int64', [1], [axes[position] ?? 0])], {
      outputs: [onnx.value(output)],
    })
  })
}

/** A layer computed step by step, everything in reading order, [time, batch, hidden] each. */
interface UnrolledLstm {
  readonly inputGate: Tensor
  readonly forgetGate: Tensor
  readonly cellGate: Tensor
  readonly outputGate: Tensor
  readonly hidden: Tensor
  readonly cell: Tensor
  readonly cellTanh: Tensor
  readonly first: readonly [hidden: Tensor, cell: Tensor]
  readonly input: Tensor
  /** What the node itself gives: outputs, last hidden state, last cell state. */
  readonly results: readonly Tensor[]
}

const unrolledLayers = new WeakMap<Node<RecurrentAttributes>, UnrolledLstm>()

function unroll(node: Node<RecurrentAttributes>): UnrolledLstm {
  const known = unrolledLayers.get(node)
  if (known) return known
  const operands = recurrentOperands(node)
  const { inputWeight, recurrentWeight, inputBias, recurrentBias, lengths } = operands
  const { reversed } = node.attributes
  const input = readingOrder(operands.input, reversed, lengths)
  const projected = affine(input, inputWeight, add(inputBias, recurrentBias))
  const first = firstStates(operands)
  const { outputs } = scan(
    { initial: first, sequences: [projected], captures: [transpose(recurrentWeight)] },
    ([hidden, cell], [gates], [weight]) => {
      const width = Number((hidden as Tensor).size(1))
      const sums = gemm(hidden as Tensor, weight as Tensor, { bias: gates as Tensor })
      const parts = split(sums, [width, width, width, width], 1) as [Tensor, Tensor, Tensor, Tensor]
      const i = sigmoid(parts[0])
      const f = sigmoid(parts[1])
      const g = tanh(parts[2])
      const o = sigmoid(parts[3])
      const next = add(multiply(f, cell as Tensor), multiply(i, g))
      const squashed = tanh(next)
      const output = multiply(o, squashed)
      return { states: [output, next], outputs: [i, f, g, o, output, next, squashed] }
    },
  )
  const [inputGate, forgetGate, cellGate, outputGate, hidden, cell, cellTanh] =
    outputs as readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
  const unrolled = {
    inputGate,
    forgetGate,
    cellGate,
    outputGate,
    hidden,
    cell,
    cellTanh,
    first,
    input,
    results: recurrentOutputs(hidden, [hidden, cell], reversed, lengths),
  }
  unrolledLayers.set(node, unrolled)
  return unrolled
}

function firstStates({ input, recurrentWeight, initial }: RecurrentOperands): [Tensor, Tensor] {
  const shape = [input.size(1), recurrentWeight.size(1)] as const
  const zeros = () => expand(input.graph.scalar(0, input.dataType), shape)
  return [initial[0] ?? zeros(), initial[1] ?? zeros()]
}

function pullBackLstm(
  node: Node<RecurrentAttributes>,
  [toOutputs, toLastHidden, toLastCell]: readonly (Tensor | undefined)[],
): readonly (Tensor | undefined)[] {
  const { inputWeight, recurrentWeight, lengths } = recurrentOperands(node)
  const { reversed, hasInitial } = node.attributes
  const unrolled = unroll(node)
  const { inputGate: i, forgetGate: f, cellGate: g, outputGate: o } = unrolled
  const { hidden, cell, cellTanh, first } = unrolled

  const toHidden = stepGradients(hidden, reversed, lengths, toOutputs, toLastHidden)
  const toCell = toLastCell && stepGradients(cell, reversed, lengths, undefined, toLastCell)
  const hiddenBefore = before(first[0], hidden)
  const cellBefore = before(first[1], cell)

  // How the sum of each gate moves the cell (or, for the output gate, the hidden state).
  const slope = concat(
    [
      multiply(multiply(g, i), subtract(1, i)),
      multiply(multiply(cellBefore, f), subtract(1, f)),
      multiply(i, subtract(1, square(g))),
      multiply(multiply(cellTanh, o), subtract(1, o)),
    ],
    2,
  )
  const cellToHidden = multiply(o, subtract(1, square(cellTanh)))
  const zeros = expand(hidden.graph.scalar(0), hidden.shape.slice(1))
  const backward = scan(
    {
      initial: [zeros, zeros],
      sequences: [toHidden, cellToHidden, slope, f, ...(toCell ? [toCell] : [])],
      captures: [recurrentWeight],
      reverse: true,
    },
    (states, steps, [weight]) => {
      const [laterHidden, laterCell] = states as [Tensor, Tensor]
      const [upstream, opening, slopes, forget, upstreamCell] = steps as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor?,
      ]
      const dHidden = add(upstream, laterHidden)
      const through = add(laterCell, multiply(dHidden, opening))
      const dCell = upstreamCell ? add(through, upstreamCell) : through
      const dGates = multiply(concat([dCell, dCell, dCell, dHidden], 1), slopes)
      return {
        states: [matmul(dGates, weight as Tensor), multiply(dCell, forget)],
        outputs: [dGates],
      }
    },
  )
  const dGates = flatten(backward.outputs[0] as Tensor)
  const dBias = reduceSum(dGates, 0)
  const dInput = reshape(gemm(dGates, inputWeight), unrolled.input.shape)
  return [
    readingOrder(dInput, reversed, lengths),
    gemm(dGates, flatten(unrolled.input), { transposeLeft: true }),
    gemm(dGates, flatten(hiddenBefore), { transposeLeft: true }),
    dBias,
    dBias,
    ...(lengths ? [undefined] : []),
    ...(hasInitial ? backward.states : []),
  ]
}

/** The states before each step: the first state, then all but the last. */
function before(first: Tensor, states: Tensor): Tensor {
  return concat([unsqueeze(first, 0), slice(states, 0, 0, -1)], 0)
}

/** The gradient of each step's state, in reading order, from that of the outputs and of the last state. */
function stepGradients(
  states: Tensor,
  reversed: boolean,
  lengths: Tensor | undefined,
  toOutputs: Tensor | undefined,
  toLast: Tensor | undefined,
): Tensor {
  const ordered = toOutputs && readingOrder(toOutputs, reversed, lengths)
  const masked = ordered && lengths ? multiply(ordered, stepMask(states, lengths)) : ordered
  const last = toLast && multiply(lastStepMask(states, lengths), unsqueeze(toLast, 0))
  if (masked && last) return add(masked, last)
  return masked ?? last ?? expand(states.graph.scalar(0), states.shape)
}

export interface LstmOperands {
  /** [time, batch, width] */
  readonly input: Tensor
  /** [4 x hidden, width]; gates in the order input, forget, cell, output */
  readonly inputWeight: Tensor
  /** [4 x hidden, hidden] */
  readonly recurrentWeight: Tensor
  /** [4 x hidden] */
  readonly inputBias: Tensor
  /** [4 x hidden] */
  readonly recurrentBias: Tensor
  /** int64 [batch], each from 1 to time: what comes after is never read, and is 0 in the output */
  readonly lengths?: Tensor
  /** [batch, hidden] each, zeros unless given */
  readonly initial?: { readonly hidden: Tensor; readonly cell: Tensor }
  /** Reads from the last valid step to the first. */
  readonly reversed?: boolean
}

/**
 * Runs an LSTM in one direction, with the semantics of packed sequences.
 *
 * @returns `outputs` [time, batch, hidden] in the order of time, `hidden` and `cell` after the last
 * step read, [batch, hidden] each
 * @throws LimbicError where an operand has another shape
 */
export function lstm(operands: LstmOperands): { outputs: Tensor; hidden: Tensor; cell: Tensor } {
  const { input, lengths, initial } = operands
  const node = input.graph.apply(
    lstmOperator,
    [
      input,
      operands.inputWeight,
      operands.recurrentWeight,
      operands.inputBias,
      operands.recurrentBias,
      ...(lengths ? [lengths] : []),
      ...(initial ? [initial.hidden, initial.cell] : []),
    ],
    {
      reversed: operands.reversed ?? false,
      hasLengths: lengths !== undefined,
      hasInitial: initial !== undefined,
    },
  )
  return { outputs: node.output(0), hidden: node.output(1), cell: node.output(2) }
}
