/** Removes expansions of operands that the operator broadcasts anyway. */
import { expandOperator } from '../operators/layout/stretch.js'
import { sameShape } from '../shape/shape.js'
import { producer, type Tensor } from '../tensor.js'
import type { Rule } from './rule.js'

/** An operand before its expansion, if the other operand's shape broadcasts it anyway. */
function unstretched(operand: Tensor, other: Tensor): Tensor {
  const expanded = producer(operand, expandOperator)
  const spared =
    expanded && sameShape(operand.shape, other.shape) && !producer(other, expandOperator)
  return spared ? expanded.inputs[0] : operand
}

/** An elementwise operator reads the small operand itself. */
export const neverStretched: Rule = {
  title: 'an operand is not broadcast before an elementwise operator that broadcasts it anyway',
  rewrite(node) {
    const [left, right] = node.inputs
    if (!node.operator.broadcasts || !left || !right) return undefined
    const operands = [unstretched(left, right), unstretched(right, left)]
    if (operands[0] === left && operands[1] === right) return undefined
    return left.graph.rewire(node, operands).outputs
  },
}
