/** Comparisons, logic and selection. Booleans carry no gradient. */
import { int } from '../../onnx/attributes.js'
import { onnxDataTypes } from '../../onnx/data-types.js'
import {
  broadcastShapes,
  type DataType,
  formatShape,
  isFloating,
  numericTypes,
} from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { direct, type NoAttributes, none } from '../define.js'
import { reduceToShape } from '../layout/stretch.js'
import { asTensors, binaryOperator, type Operand } from './elementwise.js'

const comparison = { accepts: numericTypes, result: 'bool' } as const
const logic = { accepts: ['bool'], result: 'bool' } as const

/** `left == right`. Like the others here, elementwise with broadcasting. */
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
/** Whether at least one is true. */
export const or = binaryOperator('or', 'Or', logic)

const notOperator: Operator<NoAttributes, readonly [Tensor]> = {
  name: 'not',
  infer: ([input], _, mistake) =>
    input.dataType === 'bool'
      ? [{ dataType: 'bool', shape: input.shape }]
      : mistake('0', 'bool', input.dataType),
  lower: direct('Not'),
}

/** Whether the input is false. */
export function not(input: Tensor): Tensor {
  return applyOperator(notOperator, [input], none).outputs[0]
}

const whereOperator: Operator<NoAttributes, readonly [Tensor, Tensor, Tensor]> = {
  name: 'where',
  infer([condition, yes, no], _, mistake) {
    if (condition.dataType !== 'bool') return mistake('0', 'bool', condition.dataType)
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
  gradient({ inputs: [condition, yes, no] }, [gradient]) {
    if (!gradient) return []
    return [
      undefined,
      reduceToShape(where(condition, gradient, 0), yes.shape),
      reduceToShape(where(condition, 0, gradient), no.shape),
    ]
  },
}

/** `yes` where the condition holds, `no` elsewhere, with broadcasting. */
export function where(condition: Tensor, yes: Operand, no: Operand): Tensor {
  const operands = [condition, ...asTensors('where', yes, no)] as const
  return applyOperator(whereOperator, operands, none).outputs[0]
}

const castOperator: Operator<{ readonly to: DataType }, readonly [Tensor]> = {
  name: 'cast',
  infer: ([{ shape }], { to }) => [{ dataType: to, shape }],
  lower({ inputs, outputs, attributes: { to } }, onnx) {
    onnx.write(outputs, 'Cast', onnx.values(inputs), { to: int(onnxDataTypes[to]) })
  },
  gradient: ({ inputs: [{ dataType }] }, [gradient]) => {
    return [gradient && isFloating(dataType) ? cast(gradient, dataType) : undefined]
  },
}

/** The same values in another data type; true is 1, and fractions are truncated towards zero. */
export function cast(input: Tensor, to: DataType): Tensor {
  return input.dataType === to ? input : applyOperator(castOperator, [input], { to }).outputs[0]
}
