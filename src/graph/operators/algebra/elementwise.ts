/** What all elementwise operators share: operands, broadcasting and its reversal. */
import { LimbicError } from '../../../base/errors.js'
import { type Node, type OnnxTarget, type Operator, Tensor } from '../../graph.js'
import {
  broadcastShapes,
  type DataType,
  formatShape,
  isFloating,
  multiplyDimensions,
  type Shape,
  sameShape,
} from '../../shape/shape.js'
import { expand, reshape } from '../layout/layout.js'
import { flatten, gemm } from './matmul.js'
import { reduceSum, reshapeLike } from './reduction.js'

/** A tensor, or a number that takes the other operand's data type. */
export type Operand = Tensor | number

export interface NoAttributes {
  readonly [name: string]: never
}
export const none: NoAttributes = {}

/** Turns numbers into scalars of the data type of the first operand that is a tensor. */
export function asTensors(name: string, ...operands: readonly Operand[]): Tensor[] {
  const model = operands.find((operand) => operand instanceof Tensor)
  if (!(model instanceof Tensor)) {
    throw new LimbicError('at least one operand must be a tensor', { where: `operator ${name}` })
  }
  const numeric = operands.find(
    (operand) => operand instanceof Tensor && operand.dataType !== 'bool',
  )
  const dataType = numeric instanceof Tensor ? numeric.dataType : model.dataType
  return operands.map((operand) =>
    operand instanceof Tensor ? operand : model.graph.scalar(operand, dataType),
  )
}

/** Sums a gradient over the axes along which `target` was broadcast, so that it has its shape. */
export function reduceToShape(gradient: Tensor, target: Shape): Tensor {
  if (sameShape(gradient.shape, target)) return gradient
  const added = gradient.rank - target.length
  const axes = gradient.shape.flatMap((size, axis) =>
    axis < added || (target[axis - added] === 1 && size !== 1) ? [axis] : [],
  )
  const leading = gradient.shape.slice(0, axes.length)
  const onlyLeading = axes.every((axis, position) => axis === position)
  if (onlyLeading && gradient.rank === axes.length + 1 && isFloating(gradient.dataType)) {
    // The gradient of a bias. A product with ones takes half as long as ONNX Runtime's sum.
    const one = gradient.graph.scalar(1, gradient.dataType)
    const ones = expand(one, [1, multiplyDimensions(leading)])
    return reshape(gemm(ones, flatten(gradient)), target)
  }
  return reshapeLike(reduceSum(gradient, axes, true), target)
}

/** Lowering for operators that are one ONNX node with the same operands. */
export function direct(onnxName: string) {
  return (node: Node<never>, onnx: OnnxTarget): void => {
    onnx.emit(
      onnxName,
      node.inputs.map((input) => onnx.value(input)),
      { outputs: node.outputs.map((output) => onnx.value(output)) },
    )
  }
}

/** An operator on one floating-point tensor, element by element. */
export function unaryOperator(
  name: string,
  onnxName: string,
  derivative: (input: Tensor, output: Tensor, gradient: Tensor) => Tensor,
): (input: Tensor) => Tensor {
  const operator: Operator<NoAttributes> = {
    name,
    infer([input], _, mistake) {
      if (!input) return mistake('0', 'a tensor', 'nothing')
      if (!isFloating(input.dataType)) {
        return mistake('0', 'a floating-point tensor', input.dataType)
      }
      return [{ dataType: input.dataType, shape: input.shape }]
    },
    lower: direct(onnxName),
    gradient: (node, [gradient]) => [
      gradient && derivative(node.input(0), node.output(), gradient),
    ],
  }
  return (input) => input.graph.apply(operator, [input], none).output()
}

/** What an operand was before it was expanded, where the other's shape makes it stretch anyway. */
function unstretched(operand: Tensor, other: Tensor): Tensor {
  const { origin } = operand
  if (origin.kind !== 'node' || origin.node.operator.name !== 'expand') return operand
  const isStretchedAnyway = sameShape(operand.shape, other.shape)
  const otherIsToo = other.origin.kind === 'node' && other.origin.node.operator.name === 'expand'
  return isStretchedAnyway && !otherIsToo ? origin.node.input(0) : operand
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

/** An operator on two tensors with broadcasting. Its gradient is given before broadcasting is undone. */
export function binaryOperator(
  name: string,
  onnxName: string,
  rule: BinaryRule,
): (left: Operand, right: Operand) => Tensor {
  const operator: Operator<NoAttributes> = {
    name,
    infer([left, right], _, mistake) {
      if (!left || !right) return mistake('1', 'two tensors', 'one')
      if (!rule.accepts.includes(left.dataType)) {
        return mistake('0', rule.accepts.join(' or '), left.dataType)
      }
      if (left.dataType !== right.dataType) return mistake('1', left.dataType, right.dataType)
      const shape = broadcastShapes(left.shape, right.shape)
      if (!shape) {
        return mistake(
          '1',
          `a shape that broadcasts with ${formatShape(left.shape)}`,
          formatShape(right.shape),
        )
      }
      return [{ dataType: rule.result ?? left.dataType, shape }]
    },
    lower: direct(onnxName),
    ...(rule.gradient && {
      gradient: (node: Node<NoAttributes>, [gradient]: readonly (Tensor | undefined)[]) =>
        gradient
          ? (rule.gradient?.(node.input(0), node.input(1), node.output(), gradient) ?? []).map(
              (part, position) => part && reduceToShape(part, node.input(position).shape),
            )
          : [],
    }),
  }
  return (left, right) => {
    const [first, second] = asTensors(name, left, right) as [Tensor, Tensor]
    const operands = [unstretched(first, second), unstretched(second, first)]
    return first.graph.apply(operator, operands, none).output()
  }
}
