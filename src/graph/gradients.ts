/** Reverse-mode differentiation of a graph. */
import { LimbicError } from '../base/errors.js'
import { add } from './operators/algebra/arithmetic.js'
import { stopGradientOperator } from './operators/algebra/stop-gradient.js'
import { zerosLike } from './operators/layout/stretch.js'
import { nodesInOrder } from './order.js'
import { formatShape, isFloating } from './shape/shape.js'
import { isOf, type Node, type Tensor } from './tensor.js'

/**
 * The gradient of a scalar with respect to each of `sources`, as tensors of the same graph: nodes
 * are appended, nothing runs. A source that does not influence the loss gets zeros.
 *
 * @param loss a floating-point tensor of shape [].
 * @param sources any tensors of the graph, parameters or not; the result has their shapes.
 * @throws LimbicError if the loss is not a scalar, or an operator between it and a source has no
 * gradient
 */
export function gradients(loss: Tensor, sources: readonly Tensor[]): Tensor[] {
  if (loss.rank !== 0 || !isFloating(loss.dataType)) {
    throw new LimbicError('the loss must be a floating-point scalar', {
      where: 'gradients',
      expected: 'shape []',
      got: formatShape(loss.shape),
      hint: 'Reduce it with sum or mean',
    })
  }
  const { graph } = loss
  const gradientOf = pullBack([loss], [graph.scalar(1, loss.dataType)], sources)
  return sources.map((source) => gradientOf(source) ?? zerosLike(source))
}

/**
 * The vector-Jacobian product: the gradient with respect to `sources` of a scalar whose gradient
 * with respect to `outputs` is `outputGradients`.
 *
 * @returns the gradient of each source; undefined for those without influence
 * @throws LimbicError if an operator between them has no gradient
 */
export function pullBack(
  outputs: readonly Tensor[],
  outputGradients: readonly (Tensor | undefined)[],
  sources: readonly Tensor[],
): (source: Tensor) => Tensor | undefined {
  const order = nodesInOrder(outputs)
  const influenced = influencedNodes(order, sources)
  const collected = new Map<Tensor, Tensor>()
  const collect = (tensor: Tensor, gradient: Tensor | undefined) => {
    if (!gradient) return
    const before = collected.get(tensor)
    collected.set(tensor, before ? add(before, gradient) : gradient)
  }
  outputs.forEach((output, position) => {
    collect(output, outputGradients[position])
  })
  for (const node of order.reverse()) {
    if (!influenced.has(node)) continue
    const gradientsOut = node.outputs.map((output) => collected.get(output))
    if (gradientsOut.every((gradient) => gradient === undefined)) continue
    if (!node.operator.gradient) {
      throw new LimbicError(`operator ${node.operator.name} has no gradient`, {
        where: 'gradients',
        hint: 'Wrap it in stopGradient if no gradient is needed',
      })
    }
    node.operator.gradient(node, gradientsOut).forEach((gradient, position) => {
      const input = node.inputs[position]
      if (input && isFloating(input.dataType)) collect(input, gradient)
    })
  }
  return (source) => collected.get(source)
}

/** The nodes whose outputs depend on a source; no others need a backward pass. */
function influencedNodes(order: readonly Node[], sources: readonly Tensor[]): Set<Node> {
  const reached = new Set<Tensor>(sources)
  const influenced = new Set<Node>()
  for (const node of order) {
    if (isOf(node, stopGradientOperator)) continue
    if (node.inputs.some((input) => reached.has(input) && isFloating(input.dataType))) {
      influenced.add(node)
      for (const output of node.outputs) reached.add(output)
    }
  }
  return influenced
}
