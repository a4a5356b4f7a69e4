/** What all elementwise operators share: operands, and broadcasting, which their gradients undo. */
import { LimbicError } from '../../../base/errors.js'
import { broadcastShapes, type DataType, formatShape, isFloating } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { direct, type NoAttributes, none } from '../define.js'
import { reduceToShape } from '../layout/stretch.js'

/** A tensor, or a number that takes the other operand's data type. */
export type Operand = Tensor | number

/**
 * Two operands as tensors; a number becomes a scalar of the other's data type.
 *
 * @throws LimbicError if both are numbers
 */
export function asTensors(name: string, left: Operand, right: Operand): readonly [Tensor, Tensor] {
  if (typeof left !== 'number') {
    return [left, typeof right === 'number' ? left.graph.scalar(right, left.dataType) : right]
  }
  if (typeof right !== 'number') return [right.graph.scalar(left, right.dataType), right]
  throw new LimbicError('at least one operand must be a tensor', { where: `operator ${name}` })
}

type UnaryOperator = Operator<NoAttributes, readonly [Tensor]>

/**
 * An elementwise operator on one floating-point tensor.
 *
 * @param older lowers it for operator sets that lack it
 */
export function unaryOperator(
  name: string,
  onnxName: string,
  derivative: (input: Tensor, output: Tensor, gradient: Tensor) => Tensor,
  older?: UnaryOperator['lower'],
): (input: Tensor) => Tensor {
  const lower: UnaryOperator['lower'] = direct(onnxName)
  const operator: UnaryOperator = {
    name,
    infer([{ dataType, shape }], _, mistake) {
      if (!isFloating(dataType)) return mistake('0', 'a floating-point tensor', dataType)
      return [{ dataType, shape }]
    },
    lower: (node, onnx) => (older && onnx.older ? older : lower)(node, onnx),
    gradient: ({ inputs: [input], outputs: [output] }, [gradient]) => [
      gradient && derivative(input, output, gradient),
    ],
  }
  return (input) => applyOperator(operator, [input], none).outputs[0]
}

interface BinaryRule {
  readonly accepts: readonly DataType[]
  readonly result?: DataType
  readonly gradient?: (
    left: Tensor,
    right: Tensor,
    output: Tensor,
    gradient: Tensor,
  ) => readonly [Tensor | undefined, Tensor | undefined]
}

type BinaryOperator = Operator<NoAttributes, readonly [Tensor, Tensor]>

/**
 * An operator on two tensors with broadcasting. `gradient` returns gradients of the broadcast
 * shape, which are then summed back.
 */
export function binaryOperator(
  name: string,
  onnxName: string,
  rule: BinaryRule,
): (left: Operand, right: Operand) => Tensor {
  const differentiate = rule.gradient
  const gradient: BinaryOperator['gradient'] = ({ inputs, outputs: [output] }, [upstream]) => {
    if (!upstream || !differentiate) return []
    const [left, right] = inputs
    return differentiate(left, right, output, upstream).map(
      (part, place) => part && reduceToShape(part, (place === 0 ? left : right).shape),
    )
  }
  const operator: BinaryOperator = {
    name,
    broadcasts: true,
    infer([left, right], _, mistake) {
      if (!rule.accepts.includes(left.dataType)) {
        return mistake('0', rule.accepts.join(' or '), left.dataType)
      }
      if (left.dataType !== right.dataType) return mistake('1', left.dataType, right.dataType)
      const shape = broadcastShapes(left.shape, right.shape)
      if (!shape) {
        const wanted = `a shape that broadcasts with ${formatShape(left.shape)}`
        return mistake('1', wanted, formatShape(right.shape))
      }
      return [{ dataType: rule.result ?? left.dataType, shape }]
    },
    lower: direct(onnxName),
    ...(differentiate && { gradient }),
  }
  return (left, right) => applyOperator(operator, asTensors(name, left, right), none).outputs[0]
}
