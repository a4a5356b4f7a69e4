/** What recurrent operators share: lengths, directions and first states. */
import type { Node, ShapeMistake, Tensor } from '../graph.js'
import { type Dimension, formatShape, type Shape, sameShape } from '../shape.js'
import { multiply, subtract } from './arithmetic.js'
import { cast, equal, less } from './comparison.js'
import { reverse, reverseSequence, unsqueeze } from './layout.js'
import { reduceSum } from './reduction.js'
import { positions, sizeOf } from './sizes.js'

/** Which optional operands a recurrent node has, and which way it reads. */
export interface RecurrentAttributes {
  readonly reversed: boolean
  readonly hasLengths: boolean
  readonly hasInitial: boolean
}

/** Checks the operands that all recurrent operators have in common and returns their sizes. */
export function checkRecurrent(
  inputs: readonly Tensor[],
  gates: number,
  states: number,
  { hasLengths, hasInitial }: RecurrentAttributes,
  mistake: ShapeMistake,
): { time: Dimension; batch: Dimension; hidden: number } {
  const [input, inputWeight, recurrentWeight] = inputs
  if (input?.rank !== 3) return mistake('input', '[time, batch, width]', String(input))
  const [time, batch, width] = input.shape as readonly [Dimension, Dimension, Dimension]
  const hidden = recurrentWeight?.shape[1]
  if (typeof hidden !== 'number') {
    return mistake('recurrent weight', `[${gates} x hidden, hidden]`, String(recurrentWeight))
  }
  const rows = gates * hidden
  const optional: readonly (readonly [string, Shape])[] = [
    ...(hasLengths ? [['lengths', [batch]] as const] : []),
    ...(hasInitial
      ? Array.from({ length: states }, () => ['initial state', [batch, hidden]] as const)
      : []),
  ]
  const wanted: readonly (readonly [string, Shape])[] = [
    ['input', input.shape],
    ['input weight', [rows, width]],
    ['recurrent weight', [rows, hidden]],
    ['input bias', [rows]],
    ['recurrent bias', [rows]],
    ...optional,
  ]
  wanted.forEach(([name, shape], position) => {
    const operand = inputs[position]
    if (!operand || !sameShape(operand.shape, shape)) {
      mistake(name, formatShape(shape), String(operand ?? inputWeight))
    }
  })
  return { time, batch, hidden }
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

/** The operands of a recurrent node by name. */
export interface RecurrentOperands {
  readonly input: Tensor
  readonly inputWeight: Tensor
  readonly recurrentWeight: Tensor
  readonly inputBias: Tensor
  readonly recurrentBias: Tensor
  readonly lengths: Tensor | undefined
  readonly initial: readonly Tensor[]
}

export function recurrentOperands(node: Node<RecurrentAttributes>): RecurrentOperands {
  const { hasLengths } = node.attributes
  return {
    input: node.input(0),
    inputWeight: node.input(1),
    recurrentWeight: node.input(2),
    inputBias: node.input(3),
    recurrentBias: node.input(4),
    lengths: hasLengths ? node.input(5) : undefined,
    initial: node.inputs.slice(hasLengths ? 6 : 5),
  }
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
