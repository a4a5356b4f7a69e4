/**
 * What recurrent operators share: lanes (layers that run side by side, such as the two directions of
 * a bidirectional layer), their lengths and first states, the native lowering, and the layout of
 * their loops.
 */
import {
  int,
  type Node,
  type OnnxAttribute,
  type OnnxTarget,
  type ShapeMistake,
  type Tensor,
  text,
} from '../graph.js'
import { type Dimension, formatShape, multiplyDimensions, type Shape, sameShape } from '../shape.js'
import { add, multiply, subtract } from './arithmetic.js'
import { cast, equal, less } from './comparison.js'
import {
  concat,
  expand,
  reshape,
  reverse,
  reverseSequence,
  transpose,
  unsqueeze,
} from './layout.js'
import { reduceSum } from './reduction.js'
import { positions, sizeOf } from './sizes.js'

/** Which way each lane reads, and which optional operands the node has. */
export interface RecurrentAttributes {
  /** One entry a lane. */
  readonly reversed: readonly boolean[]
  readonly hasLengths: boolean
  readonly hasInitial: boolean
}

/** What tells one kind of layer from another. */
export interface RecurrentKind {
  /** ONNX's operator, and what it is told besides size and direction. */
  readonly operator: string
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
  readonly gates: number
  /** How many states a lane carries: their last values are results beside the outputs. */
  readonly states: number
}

/** One lane's operands, as the node holds them. */
export interface Lane {
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

const operandsALane = 5

export function lanesOf(
  inputs: readonly Tensor[],
  { reversed, hasLengths, hasInitial }: RecurrentAttributes,
  { states }: RecurrentKind,
): Lane[] {
  const shared = inputs.slice(reversed.length * operandsALane)
  const initial = shared.slice(Number(hasLengths))
  return reversed.map((direction, index) => {
    const [input, inputWeight, recurrentWeight, inputBias, recurrentBias] = inputs.slice(
      index * operandsALane,
    ) as [Tensor, Tensor, Tensor, Tensor, Tensor]
    return {
      ...{ index, reversed: direction },
      ...{ input, inputWeight, recurrentWeight, inputBias, recurrentBias },
      lengths: hasLengths ? shared[0] : undefined,
      initial: hasInitial ? initial.slice(states * index, states * (index + 1)) : [],
    }
  })
}

/** What each lane gives has these types: outputs [time, batch, hidden], states [batch, hidden]. */
export function inferLanes(
  inputs: readonly Tensor[],
  attributes: RecurrentAttributes,
  kind: RecurrentKind,
  mistake: ShapeMistake,
) {
  const dataType = 'float32' as const
  const lanes = lanesOf(inputs, attributes, kind)
  const hidden = lanes[0]?.recurrentWeight?.size(1)
  return lanes.flatMap((lane) => {
    const { time, batch } = checkLane(lane, attributes, kind, mistake)
    const own = lane.recurrentWeight.size(1)
    if (own !== hidden) mistake(`lane ${lane.index}`, `hidden size ${hidden}`, String(own))
    const state = { dataType, shape: [batch, own] }
    return [{ dataType, shape: [time, batch, own] }, ...Array(kind.states).fill(state)]
  })
}

function checkLane(
  { input, inputWeight, recurrentWeight, ...rest }: Lane,
  { hasLengths, hasInitial }: RecurrentAttributes,
  { gates, states }: RecurrentKind,
  mistake: ShapeMistake,
): { time: Dimension; batch: Dimension } {
  if (input?.rank !== 3) return mistake('input', '[time, batch, width]', String(input))
  const [time, batch, width] = input.shape as readonly [Dimension, Dimension, Dimension]
  const hidden = recurrentWeight?.shape[1]
  if (typeof hidden !== 'number') {
    return mistake('recurrent weight', `[${gates} x hidden, hidden]`, String(recurrentWeight))
  }
  const check = (name: string, operand: Tensor | undefined, shape: Shape) => {
    if (!operand || !sameShape(operand.shape, shape)) {
      mistake(name, formatShape(shape), String(operand ?? inputWeight))
    }
  }
  const rows = gates * hidden
  check('input weight', inputWeight, [rows, width])
  check('recurrent weight', recurrentWeight, [rows, hidden])
  check('input bias', rest.inputBias, [rows])
  check('recurrent bias', rest.recurrentBias, [rows])
  if (hasLengths) check('lengths', rest.lengths, [batch])
  if (hasInitial) {
    for (let state = 0; state < states; state++) {
      check('initial state', rest.initial[state], [batch, hidden])
    }
  }
  return { time, batch }
}

/** All lanes' operands in the order in which `lanesOf` finds them again. */
export function laneInputs(
  lanes: readonly Omit<Lane, 'index' | 'reversed' | 'lengths' | 'initial'>[],
  lengths: Tensor | undefined,
  initial: readonly Tensor[],
): Tensor[] {
  return [
    ...lanes.flatMap((lane) => [
      lane.input,
      lane.inputWeight,
      lane.recurrentWeight,
      lane.inputBias,
      lane.recurrentBias,
    ]),
    ...(lengths ? [lengths] : []),
    ...initial,
  ]
}

/**
 * Writes the lanes as ONNX's own operators, one each. These have a leading axis for directions on
 * everything but their input.
 */
export function lowerNative(
  node: Node<RecurrentAttributes>,
  onnx: OnnxTarget,
  kind: RecurrentKind,
): void {
  for (const lane of lanesOf(node.inputs, node.attributes, kind)) {
    const outputs = laneOutputs(node, lane, kind)
    if (outputs.some((output) => onnx.isUsed(output))) lowerLane(lane, outputs, onnx, kind)
  }
}

function lowerLane(
  lane: Lane,
  outputs: readonly Tensor[],
  onnx: OnnxTarget,
  { operator, attributes }: RecurrentKind,
): void {
  const first = onnx.constant('int64', [1], [0])
  const emit = (name: string, ...inputs: string[]) => onnx.emit(name, inputs)[0] ?? ''
  const withDirection = (tensor: Tensor) => emit('Unsqueeze', onnx.value(tensor), first)
  const [bias = ''] = onnx.emit(
    'Concat',
    [onnx.value(lane.inputBias), onnx.value(lane.recurrentBias)],
    { attributes: { axis: int(0) } },
  )
  const [lengths = ''] = lane.lengths
    ? onnx.emit('Cast', [onnx.value(lane.lengths)], { attributes: { to: int(6) } })
    : []
  const results = onnx.emit(
    operator,
    [
      onnx.value(lane.input),
      withDirection(lane.inputWeight),
      withDirection(lane.recurrentWeight),
      emit('Unsqueeze', bias, first),
      lengths,
      ...lane.initial.map(withDirection),
    ],
    {
      outputs: outputs.length,
      attributes: {
        hidden_size: int(Number(lane.recurrentWeight.size(1))),
        direction: text(lane.reversed ? 'reverse' : 'forward'),
        ...attributes,
      },
    },
  )
  for (const [position, output] of outputs.entries()) {
    if (!onnx.isUsed(output)) continue
    const axis = onnx.constant('int64', [1], [position === 0 ? 1 : 0])
    onnx.emit('Squeeze', [results[position] ?? '', axis], { outputs: [onnx.value(output)] })
  }
}

/** Writes a node's outputs as the steps that its gradient needs anyway. */
export function lowerUnrolled(
  node: Node<RecurrentAttributes>,
  results: readonly Tensor[],
  onnx: OnnxTarget,
): void {
  for (const [position, output] of node.outputs.entries()) {
    const same = results[position]
    if (same && onnx.isUsed(output)) {
      onnx.emit('Identity', [onnx.value(same)], { outputs: [onnx.value(output)] })
    }
  }
}

/** A lane's outputs and last states. */
export function laneOutputs<Held>(
  { outputs }: { readonly outputs: readonly Held[] },
  { index }: Lane,
  { states }: RecurrentKind,
): Held[] {
  return outputs.slice(index * (1 + states), (index + 1) * (1 + states))
}

/** The products of input and last output with their weights, at every step. */
export function laneFlops(lanes: readonly Lane[], size: (shape: Shape) => number): number {
  return lanes.reduce((total, { input, inputWeight, recurrentWeight }) => {
    const steps = size(input.shape.slice(0, 2))
    return total + 2 * steps * (size(inputWeight.shape) + size(recurrentWeight.shape))
  }, 0)
}
/** Which axis of a sequence is time, where the other of the first two is the batch. */
export type TimeAxis = 0 | 1

/** Puts the steps in the order in which the layer reads them; applied twice it restores them. */
export function readingOrder(
  input: Tensor,
  reversed: boolean,
  lengths?: Tensor,
  timeAxis: TimeAxis = 0,
): Tensor {
  if (!reversed) return input
  return lengths ? reverseSequence(input, lengths, timeAxis) : reverse(input, timeAxis)
}

/** 1 at the steps before each length, 0 after: [time, batch, 1] in the type of `like`. */
export function stepMask(like: Tensor, lengths: Tensor, timeAxis: TimeAxis = 0): Tensor {
  const steps = unsqueeze(positions(like, timeAxis), 1 - timeAxis)
  return unsqueeze(cast(less(steps, unsqueeze(lengths, timeAxis)), like.dataType), 2)
}

/** 1 at the last step of each sequence, 0 elsewhere: [time, batch or 1, 1]. */
export function lastStepMask(
  like: Tensor,
  lengths: Tensor | undefined,
  timeAxis: TimeAxis = 0,
): Tensor {
  const steps = unsqueeze(positions(like, timeAxis), 1 - timeAxis)
  const last = lengths
    ? unsqueeze(subtract(lengths, 1), timeAxis)
    : subtract(sizeOf(like, timeAxis), 1)
  return unsqueeze(cast(equal(steps, last), like.dataType), 2)
}

/**
 * What a recurrent node gives, from its steps in reading order: outputs in the order of time with
 * zeros after each length, and the last of each kind of state.
 */
export function recurrentOutputs(
  hidden: Tensor,
  states: readonly Tensor[],
  reversed: boolean,
  lengths: Tensor | undefined,
  timeAxis: TimeAxis = 0,
): Tensor[] {
  const valid = lengths ? multiply(hidden, stepMask(hidden, lengths, timeAxis)) : hidden
  const last = lastStepMask(hidden, lengths, timeAxis)
  return [
    readingOrder(valid, reversed, lengths, timeAxis),
    ...states.map((steps) => reduceSum(multiply(steps, last), timeAxis)),
  ]
}

/** Lanes of one each, as one tensor of all lanes. */
export function together(lanes: readonly Tensor[]): Tensor {
  return concat(lanes as [Tensor, ...Tensor[]], 0)
}

/**
 * [batch, time, width] as [time, 1, width, batch]: sequences as columns, an axis for lanes. Between
 * these two layouts lies a single turn of a matrix, far faster than one for each step.
 */
export function toColumns(steps: Tensor): Tensor {
  return unsqueeze(transpose(steps, [1, 2, 0]), 1)
}

/** [time, width, batch] as [batch, time, width]. */
export function fromColumns(columns: Tensor): Tensor {
  return transpose(columns, [2, 0, 1])
}

/** [time, rows, batch] as a matrix of a row for each unit: [rows, time x batch]. */
export function toMatrix(columns: Tensor): Tensor {
  return reshape(transpose(columns, [1, 0, 2]), [
    columns.size(1),
    multiplyDimensions([columns.size(0), columns.size(2)]),
  ])
}

/** One lane's first state, [1, hidden, batch]. */
export function initialState({ initial, input, recurrentWeight }: Lane, state: number): Tensor {
  const given = initial[state]
  return given
    ? unsqueeze(transpose(given), 0)
    : expand(input.graph.scalar(0), [1, recurrentWeight.size(1), input.size(1)])
}

/**
 * The gradient of each step's state, in reading order, from that of the outputs and of the last
 * state: [time, 1, hidden, batch].
 */
export function stepGradients(
  outputs: Tensor,
  reversed: boolean,
  lengths: Tensor | undefined,
  toOutputs: Tensor | undefined,
  toLast: Tensor | undefined,
): Tensor {
  const like = transpose(outputs, [1, 0, 2])
  const given = toOutputs && transpose(toOutputs, [1, 0, 2])
  // Padding stays in place when a sequence is turned round, so that all lanes share what is masked.
  const masked = given && lengths ? multiply(given, stepMask(like, lengths, 1)) : given
  const ordered = masked && readingOrder(masked, reversed, lengths, 1)
  const last = toLast && multiply(lastStepMask(like, lengths, 1), unsqueeze(toLast, 1))
  const total = ordered && last ? add(ordered, last) : (ordered ?? last)
  return toColumns(total ?? expand(outputs.graph.scalar(0), like.shape))
}
