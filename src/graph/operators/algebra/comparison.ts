/** Comparisons, logic and choice. Booleans carry no gradient. */
import { int, type Operator, type Tensor } from '../../graph.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import {
  broadcastShapes,
  type DataType,
  formatShape,
  isFloating,
  numericTypes,
} from '../../shape/shape.js'
import {
  asTensors,
  binaryOperator,
  direct,
  type NoAttributes,
  none,
  type Operand,
  reduceToShape,
} from './elementwise.js'

const comparison = { accepts: numericTypes, result: 'bool' } as const
const logic = { accepts: ['bool'], result: 'bool' } as const

/** `left == right`. Like the others here it works element by element, with broadcasting. */
export const equal = binaryOperator('equal', 'Equal', {
  accepts: [...numericTypes, 'bool'],
  result: 'bool',
})
/** `left < right`. */
export const less = binaryOperator('less', 'Less', comparison)
/** `left <= right`. */
export const lessOrEqual = binaryOperator('lessOrEqual', 'LessOrEqual', comparison)
/** `left > right`. */
export const greater = binaryOperator('greater', 'Greater', comparison)
/** `left >= right`. */
export const greaterOrEqual = binaryOperator('greaterOrEqual', 'GreaterOrEqual', comparison)
/** Whether both are true. */
export const and = binaryOperator('and', 'And', logic)
/** Whether either is true, or both. */
export const or = binaryOperator('or', 'Or', logic)

const notOperator: Operator<NoAttributes> = {
  name: 'not',
  infer: ([input], _, mistake) =>
    input?.dataType === 'bool'
      ? [{ dataType: 'bool', shape: input.shape }]
      : mistake('0', 'bool', String(input?.dataType)),
  lower: direct('Not'),
}

/** Whether the input is false. */
export function not(input: Tensor): Tensor {
  return input.graph.apply(notOperator, [input], none).output()
}

const whereOperator: Operator<NoAttributes> = {
  name: 'where',
  infer([condition, yes, no], _, mistake) {
    if (condition?.dataType !== 'bool') return mistake('0', 'bool', String(condition?.dataType))
    if (!yes || !no) return mistake('1', 'two choices', 'fewer')
    if (yes.dataType !== no.dataType) return mistake('2', yes.dataType, no.dataType)
    const choice = broadcastShapes(yes.shape, no.shape)
    const shape = choice && broadcastShapes(condition.shape, choice)
    if (!shape) {
      return mistake(
        '2',
        `shapes that broadcast with ${formatShape(condition.shape)}`,
        `${formatShape(yes.shape)} and ${formatShape(no.shape)}`,
      )
    }
    return [{ dataType: yes.dataType, shape }]
  },
  lower: direct('Where'),
  gradient(node, [gradient]) {
    if (!gradient) return []
    const condition = node.input(0)
    return [
      undefined,
      reduceToShape(where(condition, gradient, 0), node.input(1).shape),
      reduceToShape(where(condition, 0, gradient), node.input(2).shape),
    ]
  },
}

/** `yes` where the condition holds, `no` elsewhere, with broadcasting. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  const [left, right] = asTensors('where', yes, no) as [Tensor, Tensor]
  return condition.graph.apply(whereOperator, [condition, left, right], none).output()
}

const castOperator: Operator<{ readonly to: DataType }> = {
  name: 'cast',
  infer: ([input], { to }, mistake) =>
    input ? [{ dataType: to, shape: input.shape }] : mistake('0', 'a tensor', 'nothing'),
  lower(node, onnx) {
    onnx.emit('Cast', [onnx.value(node.input(0))], {
      outputs: [onnx.value(node.output())],
      attributes: { to: int(onnxDataTypes[node.attributes.to]) },
    })
  },
  gradient: (node, [gradient]) => {
    const { dataType } = node.input(0)
    return [gradient && isFloating(dataType) ? cast(gradient, dataType) : undefined]
  },
}

/** The same values in another data type; true is 1, and fractions are cut towards zero. */
export function cast(input: Tensor, to: DataType): Tensor {
  return input.dataType === to ? input : input.graph.apply(castOperator, [input], { to }).output()
}
