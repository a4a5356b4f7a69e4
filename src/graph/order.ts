/** The order in which nodes are computed. */
import type { Node, Tensor } from './tensor.js'

/**
 * The nodes that `outputs` depend on, each after those it depends on.
 *
 * @param insteadOf the tensor to read in place of an operand; by default the operand itself
 */
export function nodesInOrder(
  outputs: readonly Tensor[],
  insteadOf: (tensor: Tensor) => Tensor = (tensor) => tensor,
): Node[] {
  const order: Node[] = []
  const state = new Map<Node, 'open' | 'done'>()
  const stack: Node[] = []
  const visit = (tensor: Tensor) => {
    const { origin } = insteadOf(tensor)
    if (origin.kind === 'node' && !state.has(origin.node)) stack.push(origin.node)
  }
  for (const output of outputs) {
    visit(output)
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      const reached = state.get(node)
      if (reached) {
        stack.pop()
        if (reached === 'open') {
          state.set(node, 'done')
          order.push(node)
        }
        continue
      }
      state.set(node, 'open')
      for (const input of node.inputs) visit(input)
    }
  }
  return order
}
