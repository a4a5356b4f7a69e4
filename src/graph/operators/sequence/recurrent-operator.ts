/**
 * What recurrent operators share: lanes (layers that run side by side, such as the two directions of
 * a bidirectional layer), their lengths and first states, and their two lowerings.
 */
import {
  int,
  type Node,
  type OnnxAttribute,
  type OnnxTarget,
  type Operator,
  type ShapeMistake,
  type Tensor,
  text,
} from '../../graph.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import {
  type DataType,
  type Dimension,
  formatShape,
  type Shape,
  sameShape,
} from '../../shape/shape.js'

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
  /** So many times the hidden size is a weight's number of rows. */
  readonly gates: number
  /** How many states a lane carries: their last values are results beside the outputs. */
  readonly states: number
  /**
   * From so many numbers in a lane's state, batch x hidden, the steps in a loop are faster than ONNX
   * Runtime's own layer; absent where they never are.
   */
  readonly stepsFrom?: number
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

/** Lanes computed step by step, each in its reading order, with what a gradient needs of the steps. */
export interface Unrolled {
  /** Each lane's input: [time, batch, width]. */
  readonly inputs: readonly Tensor[]
  /** How much of its state each step keeps, [time, lanes, hidden, batch]: read by every gradient. */
  readonly kept: Tensor
  /** What the node itself gives. */
  readonly results: readonly Tensor[]
}

/**
 * An operator of this kind. Where only its results are wanted, ONNX's own layers compute them, or
 * steps in a loop where those are faster; where a gradient is, they come from the steps it needs.
 *
 * @param pullBack the gradients of the operands from those of the results, and the steps
 */
export function recurrentOperator<Steps extends Unrolled>(
  name: string,
  kind: RecurrentKind,
  unroll: (node: Node<RecurrentAttributes>) => Steps,
  pullBack: (
    node: Node<RecurrentAttributes>,
    gradients: readonly (Tensor | undefined)[],
    steps: Steps,
  ) => readonly (Tensor | undefined)[],
): Operator<RecurrentAttributes> {
  const unrolled = new WeakMap<Node<RecurrentAttributes>, Steps>()
  const stepsOf = (node: Node<RecurrentAttributes>) => {
    const steps = unrolled.get(node) ?? unroll(node)
    unrolled.set(node, steps)
    return steps
  }
  return {
    name,
    infer: (inputs, attributes, mistake) => inferLanes(inputs, attributes, kind, mistake),
    substitutes(node, isUsed, batch) {
      const steps = unrolled.get(node)
      const hasGradient = steps !== undefined && isUsed(steps.kept)
      const numbers = batch * Number(node.output(1).size(1))
      if (!hasGradient && numbers < (kind.stepsFrom ?? Infinity)) return []
      return stepsOf(node).results.filter((_, position) => isUsed(node.output(position)))
    },
    lower(node, onnx) {
      const { results = [] } = unrolled.get(node) ?? {}
      if (results.some((result) => onnx.isUsed(result))) lowerUnrolled(node, results, onnx)
      else lowerNative(node, onnx, kind)
    },
    gradient: (node, gradients) => pullBack(node, gradients, stepsOf(node)),
    flops: (node, size) => laneFlops(lanesOf(node.inputs, node.attributes, kind), size),
  }
}

const operandsALane = 5

/** A node's operands, lane by lane. */
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

/** The types of what each lane gives: outputs [time, batch, hidden], states [batch, hidden]. */
function inferLanes(
  inputs: readonly Tensor[],
  attributes: RecurrentAttributes,
  kind: RecurrentKind,
  mistake: ShapeMistake,
) {
  const dataType = 'float32' as const
  const lanes = lanesOf(inputs, attributes, kind)
  const [first] = lanes
  const hidden = first?.recurrentWeight?.size(1)
  const shared = first?.input?.shape.slice(0, 2) ?? []
  return lanes.flatMap((lane) => {
    const { time, batch } = checkLane(lane, attributes, kind, mistake)
    const own = lane.recurrentWeight.size(1)
    if (own !== hidden) mistake(`lane ${lane.index}`, `hidden size ${hidden}`, String(own))
    if (!sameShape([time, batch], shared)) {
      const wanted = formatShape([...shared, 'width'])
      mistake(`input of lane ${lane.index}`, wanted, String(lane.input))
    }
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
  if (input?.rank !== 3 || input.dataType !== 'float32') {
    return mistake('input', 'float32[time, batch, width]', String(input))
  }
  const [time, batch, width] = input.shape as readonly [Dimension, Dimension, Dimension]
  const hidden = recurrentWeight?.shape[1]
  if (typeof hidden !== 'number') {
    const wanted = `float32[${gates} x hidden, hidden]`
    return mistake('recurrent weight', wanted, String(recurrentWeight))
  }
  const check = (
    name: string,
    operand: Tensor | undefined,
    shape: Shape,
    dataType: DataType = 'float32',
  ) => {
    if (operand?.dataType !== dataType || !sameShape(operand.shape, shape)) {
      mistake(name, `${dataType}${formatShape(shape)}`, String(operand ?? 'nothing'))
    }
  }
  const rows = gates * hidden
  check('input weight', inputWeight, [rows, width])
  check('recurrent weight', recurrentWeight, [rows, hidden])
  check('input bias', rest.inputBias, [rows])
  check('recurrent bias', rest.recurrentBias, [rows])
  if (hasLengths) check('lengths', rest.lengths, [batch], 'int64')
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
function lowerNative(node: Node<RecurrentAttributes>, onnx: OnnxTarget, kind: RecurrentKind): void {
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
    ? onnx.emit('Cast', [onnx.value(lane.lengths)], {
        attributes: { to: int(onnxDataTypes.int32) },
      })
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

/** Takes a node's outputs from the loop over its steps, which is written as nodes of their own. */
function lowerUnrolled(
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
function laneOutputs(
  { outputs }: Node<RecurrentAttributes>,
  { index }: Lane,
  { states }: RecurrentKind,
): readonly Tensor[] {
  return outputs.slice(index * (1 + states), (index + 1) * (1 + states))
}

/** The products of each step's input and of the state before it with their weights. */
function laneFlops(lanes: readonly Lane[], size: (shape: Shape) => number): number {
  return lanes.reduce((total, { input, inputWeight, recurrentWeight }) => {
    const steps = size(input.shape.slice(0, 2))
    return total + 2 * steps * (size(inputWeight.shape) + size(recurrentWeight.shape))
  }, 0)
}
