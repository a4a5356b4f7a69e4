/**
 * Lanes: recurrent layers of one hidden size that run side by side, such as the two directions of a
 * bidirectional layer, or the encoders of three modalities. Here is how a node stores their
 * operands, and how those are checked.
 */
import { elementAt } from '../../../base/lookup.js'
import {
  type DataType,
  formatShape,
  type Shape,
  sameShape,
  type TensorType,
} from '../../shape/shape.js'
import type { ShapeMistake, Tensor } from '../../tensor.js'

/** The direction of each lane, and which optional operands the node has. */
export interface RecurrentAttributes {
  /** One entry per lane. */
  readonly reversed: readonly boolean[]
  readonly hasLengths: boolean
  readonly hasInitial: boolean
}

/** The numbers of gates and states of a kind of recurrent layer. */
export interface RecurrentSizes {
  /** The number of rows of a weight is this times the hidden size. */
  readonly gates: number
  /** The number of states that a lane carries; their last values are results, like the outputs. */
  readonly states: number
}

/** A lane's input and weights. */
export interface LaneOperands {
  /** [time, batch, width] */
  readonly input: Tensor
  /** [gates x hidden, width] */
  readonly inputWeight: Tensor
  /** [gates x hidden, hidden] */
  readonly recurrentWeight: Tensor
  /** [gates x hidden] */
  readonly inputBias: Tensor
  /** [gates x hidden] */
  readonly recurrentBias: Tensor
}

/** One lane's operands, as the node stores them. */
export interface Lane extends LaneOperands {
  readonly index: number
  readonly reversed: boolean
  readonly lengths: Tensor | undefined
  /** [batch, hidden], one for each state, or none */
  readonly initial: readonly Tensor[]
}

const operandsALane = 5

/** A node's operands by lane. */
export function lanesOf(
  inputs: readonly Tensor[],
  { reversed, hasLengths, hasInitial }: RecurrentAttributes,
  { states }: RecurrentSizes,
): Lane[] {
  const shared = inputs.slice(reversed.length * operandsALane)
  const initial = shared.slice(Number(hasLengths))
  return reversed.map((direction, index) => {
    const operand = (place: number) => elementAt(inputs, index * operandsALane + place, 'operand')
    return {
      ...{ index, reversed: direction },
      input: operand(0),
      inputWeight: operand(1),
      recurrentWeight: operand(2),
      inputBias: operand(3),
      recurrentBias: operand(4),
      lengths: hasLengths ? shared[0] : undefined,
      initial: hasInitial ? initial.slice(states * index, states * (index + 1)) : [],
    }
  })
}

/** The operands of all lanes, in the order that `lanesOf` expects. */
export function laneInputs(
  lanes: readonly LaneOperands[],
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
 * The types of each lane's results: outputs [time, batch, hidden], last states [batch, hidden], and
 * the steps of every state but the first, as outputs.
 */
export function inferLanes(
  inputs: readonly Tensor[],
  attributes: RecurrentAttributes,
  sizes: RecurrentSizes,
  mistake: ShapeMistake,
): TensorType[] {
  const lanes = lanesOf(inputs, attributes, sizes)
  const first = elementAt(lanes, 0, 'lane')
  const hidden = first.recurrentWeight.shape[1]
  return lanes.flatMap((lane) => {
    const [time, batch, own] = checkLane(lane, attributes, sizes, mistake)
    if (own !== hidden) mistake(`lane ${lane.index}`, `hidden size ${hidden}`, String(own))
    const shared = first.input.shape.slice(0, 2)
    if (!sameShape([time, batch], shared)) {
      const wanted = formatShape([...shared, 'width'])
      mistake(`input of lane ${lane.index}`, wanted, String(lane.input))
    }
    const dataType = 'float32'
    const state = { dataType, shape: [batch, own] } as const
    const last = Array.from({ length: sizes.states }, () => state)
    const steps = { dataType, shape: [time, batch, own] } as const
    return [steps, ...last, ...last.slice(1).map(() => steps)]
  })
}

/** @returns time, batch and the hidden size */
function checkLane(
  { input, inputWeight, recurrentWeight, ...rest }: Lane,
  { hasInitial }: RecurrentAttributes,
  { gates, states }: RecurrentSizes,
  mistake: ShapeMistake,
) {
  if (input.rank !== 3 || input.dataType !== 'float32') {
    return mistake('input', 'float32[time, batch, width]', String(input))
  }
  const [time, batch, width] = input.axes('time', 'batch', 'width')
  const hidden = recurrentWeight.shape[1]
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
  if (rest.lengths) check('lengths', rest.lengths, [batch], 'int64')
  if (hasInitial) {
    for (let state = 0; state < states; state++) {
      check('initial state', rest.initial[state], [batch, hidden])
    }
  }
  return [time, batch, hidden] as const
}
