/**
 * The gated recurrent unit, one direction; built like the long short-term memory in `lstm.ts`.
 * Gates stand in ONNX's order: update, reset, new.
 *
 * The reset gate acts on the recurrent product (PyTorch's variant, ONNX's `linear_before_reset`):
 * `n = tanh(W x + b + r * (R h + c))`, `h' = (1 - z) n + z h`.
 */
import { int, type Node, type OnnxTarget, type Operator, type Tensor, text } from '../graph.js'
import { sigmoid, tanh } from './activation.js'
import { add, multiply, square, subtract } from './arithmetic.js'
import { concat, expand, reshape, slice, split, transpose, unsqueeze } from './layout.js'
import { affine, flatten, gemm, matmul } from './matmul.js'
import {
  checkRecurrent,
  lastStepMask,
  type RecurrentAttributes,
  readingOrder,
  recurrentOperands,
  recurrentOutputs,
  stepMask,
} from './recurrent.js'
import { reduceSum } from './reduction.js'
import { scan } from './scan.js'

const gateCount = 3

const gruOperator: Operator<RecurrentAttributes> = {
  name: 'gru',
  infer(inputs, attributes, mistake) {
    const { time, batch, hidden } = checkRecurrent(inputs, gateCount, 1, attributes, mistake)
    return [
      { dataType: 'float32', shape: [time, batch, hidden] },
      { dataType: 'float32', shape: [batch, hidden] },
    ]
  },
  substitutes(node, isUsed) {
    // Where the gradient needs the steps they are computed anyway: the results come from there.
    const unrolled = unrolledLayers.get(node)
    if (!unrolled || !isUsed(unrolled.resetGate)) return []
    return unrolled.results.filter((_, position) => isUsed(node.output(position)))
  },
  lower(node, onnx) {
    const unrolled = unrolledLayers.get(node)
    if (unrolled && onnx.isUsed(unrolled.resetGate)) {
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
  gradient: (node, gradients) => pullBackGru(node, gradients),
  flops(node, size) {
    const [input, weight, recurrent] = [node.input(0), node.input(1), node.input(2)]
    return 2 * size(input.shape.slice(0, 2)) * (size(weight.shape) + size(recurrent.shape))
  },
}

/** ONNX's GRU has a leading axis for directions on everything but its input. */
function lowerNative(node: Node<RecurrentAttributes>, onnx: OnnxTarget): void {
  const { input, inputWeight, recurrentWeight, inputBias, recurrentBias, lengths, initial } =
    recurrentOperands(node)
  const first = onnx.constant('int64', [1], [0])
  const withDirection = (name: string) => onnx.emit('Unsqueeze', [name, first])[0] ?? ''
  const [bias = ''] = onnx.emit('Concat', [onnx.value(inputBias), onnx.value(recurrentBias)], {
    attributes: { axis: int(0) },
  })
  const [lengths32 = ''] = lengths
    ? onnx.emit('Cast', [onnx.value(lengths)], { attributes: { to: int(6) } })
    : []
  const results = onnx.emit(
    'GRU',
    [
      onnx.value(input),
      withDirection(onnx.value(inputWeight)),
      withDirection(onnx.value(recurrentWeight)),
      withDirection(bias),
      lengths32,
      ...initial.map((state) => withDirection(onnx.value(state))),
    ],
    {
      outputs: 2,
      attributes: {
        hidden_size: int(Number(recurrentWeight.size(1))),
        linear_before_reset: int(1),
        direction: text(node.attributes.reversed ? 'reverse' : 'forward'),
      },
    },
  )
  const axes = [1, 0]
  results.forEach((result, position) => {
    const output = node.output(position)
    if (!onnx.isUsed(output)) return
    onnx.emit('Squeeze', [result, onnx.constant('int64', [1], [axes[position] ?? 0])], {
      outputs: [onnx.value(output)],
    })
  })
}

/** A layer computed step by step, everything in reading order, [time, batch, hidden] each. */
interface UnrolledGru {
  readonly resetGate: Tensor
  readonly updateGate: Tensor
  readonly newGate: Tensor
  /** `R h + c` of the new gate: what the reset gate acts on. */
  readonly recalled: Tensor
  readonly hidden: Tensor
  readonly first: Tensor
  readonly input: Tensor
  /** What the node itself gives: outputs, last hidden state. */
  readonly results: readonly Tensor[]
}

const unrolledLayers = new WeakMap<Node<RecurrentAttributes>, UnrolledGru>()

function unroll(node: Node<RecurrentAttributes>): UnrolledGru {
  const known = unrolledLayers.get(node)
  if (known) return known
  const operands = recurrentOperands(node)
  const { inputWeight, recurrentWeight, inputBias, recurrentBias, lengths, initial } = operands
  const { reversed } = node.attributes
  const width = Number(recurrentWeight.size(1))
  const input = readingOrder(operands.input, reversed, lengths)
  const first =
    initial[0] ?? expand(input.graph.scalar(0), [input.size(1), recurrentWeight.size(1)])
  // The recurrent bias of update and reset is as good outside; that of the new gate is reset too.
  const outside = concat(
    [slice(recurrentBias, 0, 0, 2 * width), expand(input.graph.scalar(0), [width])],
    0,
  )
  const projected = affine(input, inputWeight, add(inputBias, outside))
  const inside = concat(
    [expand(input.graph.scalar(0), [2 * width]), slice(recurrentBias, 0, 2 * width)],
    0,
  )
  const { outputs } = scan(
    { initial: [first], sequences: [projected], captures: [transpose(recurrentWeight), inside] },
    ([hidden], [gates], [weight, bias]) => {
      const parts = [width, width, width]
      const product = gemm(hidden as Tensor, weight as Tensor, { bias: bias as Tensor })
      const [fromUpdate, fromReset, recalled] = split(product, parts, 1) as [Tensor, Tensor, Tensor]
      const [toUpdate, toReset, toNew] = split(gates as Tensor, parts, 1) as [
        Tensor,
        Tensor,
        Tensor,
      ]
      const r = sigmoid(add(toReset, fromReset))
      const z = sigmoid(add(toUpdate, fromUpdate))
      const n = tanh(add(toNew, multiply(r, recalled)))
      const next = add(n, multiply(z, subtract(hidden as Tensor, n)))
      return { states: [next], outputs: [r, z, n, recalled, next] }
    },
  )
  const [resetGate, updateGate, newGate, recalled, hidden] = outputs as readonly [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const results = recurrentOutputs(hidden, [hidden], reversed, lengths)
  const unrolled = { resetGate, updateGate, newGate, recalled, hidden, first, input, results }
  unrolledLayers.set(node, unrolled)
  return unrolled
}

function pullBackGru(
  node: Node<RecurrentAttributes>,
  [toOutputs, toLast]: readonly (Tensor | undefined)[],
): readonly (Tensor | undefined)[] {
  const { inputWeight, recurrentWeight, lengths } = recurrentOperands(node)
  const { reversed, hasInitial } = node.attributes
  const unrolled = unroll(node)
  const { resetGate: r, updateGate: z, newGate: n, recalled, hidden, first } = unrolled
  const hiddenBefore = concat([unsqueeze(first, 0), slice(hidden, 0, 0, -1)], 0)
  const toHidden = stepGradients(hidden, reversed, lengths, toOutputs, toLast)

  // How the sum within each gate moves the hidden state; for the new gate, its recurrent part.
  const toNewSum = multiply(subtract(1, z), subtract(1, square(n)))
  const recurrentSlope = concat(
    [
      multiply(subtract(hiddenBefore, n), multiply(z, subtract(1, z))),
      multiply(multiply(toNewSum, recalled), multiply(r, subtract(1, r))),
      multiply(toNewSum, r),
    ],
    2,
  )
  const backward = scan(
    {
      initial: [expand(hidden.graph.scalar(0), hidden.shape.slice(1))],
      sequences: [toHidden, recurrentSlope, z],
      captures: [recurrentWeight],
      reverse: true,
    },
    (states, steps, [weight]) => {
      const [later] = states as [Tensor]
      const [upstream, slope, keep] = steps as [Tensor, Tensor, Tensor]
      const dHidden = add(upstream, later)
      const dGates = multiply(concat([dHidden, dHidden, dHidden], 1), slope)
      const before = add(matmul(dGates, weight as Tensor), multiply(dHidden, keep))
      return { states: [before], outputs: [dHidden, dGates] }
    },
  )
  const [dHidden, dRecurrent] = backward.outputs as readonly [Tensor, Tensor]
  const width = Number(recurrentWeight.size(1))
  const dSums = concat([slice(dRecurrent, 2, 0, 2 * width), multiply(dHidden, toNewSum)], 2)
  const [flatSums, flatRecurrent] = [flatten(dSums), flatten(dRecurrent)]
  const dInput = reshape(gemm(flatSums, inputWeight), unrolled.input.shape)
  return [
    readingOrder(dInput, reversed, lengths),
    gemm(flatSums, flatten(unrolled.input), { transposeLeft: true }),
    gemm(flatRecurrent, flatten(hiddenBefore), { transposeLeft: true }),
    reduceSum(flatSums, 0),
    reduceSum(flatRecurrent, 0),
    ...(lengths ? [undefined] : []),
    ...(hasInitial ? backward.states : []),
  ]
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

export interface GruOperands {
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
  /** int64 [batch], each from 1 to time: what comes after is never read, and is 0 in the output */
  readonly lengths?: Tensor
  /** [batch, hidden], zeros unless given */
  readonly initial?: Tensor
  /** Reads from the last valid step to the first. */
  readonly reversed?: boolean
}

/**
 * Runs a gated recurrent unit in one direction, with the semantics of packed sequences. Time and
 * batch are at least 1.
 *
 * @returns `outputs` [time, batch, hidden] in the order of time, and `hidden` after the last step
 * read, [batch, hidden]
 * @throws LimbicError where an operand has another shape
 */
export function gru(operands: GruOperands): { outputs: Tensor; hidden: Tensor } {
  const { input, lengths, initial } = operands
  const node = input.graph.apply(
    gruOperator,
    [
      input,
      operands.inputWeight,
      operands.recurrentWeight,
      operands.inputBias,
      operands.recurrentBias,
      ...(lengths ? [lengths] : []),
      ...(initial ? [initial] : []),
    ],
    {
      reversed: operands.reversed ?? false,
      hasLengths: lengths !== undefined,
      hasInitial: initial !== undefined,
    },
  )
  return { outputs: node.output(0), hidden: node.output(1) }
}
