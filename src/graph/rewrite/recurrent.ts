/** Replaces recurrent layers and loops by their steps, where a gradient computes those anyway or they are faster. */
import { gruLayer } from '../operators/sequence/gru.js'
import { lstmLayer } from '../operators/sequence/lstm.js'
import { differentiatedScan } from '../operators/sequence/scan.js'
import { isOf, type Node, type Tensor } from '../tensor.js'

const layers = [lstmLayer, gruLayer]

/**
 * For each result of a recurrent layer or a loop, the equal tensor that replaces it: from the loop
 * over its steps, if a gradient needs that loop anyway or, for a layer, if only the loop computes a
 * result that is read, or the batch is so large that the loop is faster.
 *
 * @param order the nodes to compute
 * @param outputs what they are computed for
 * @param batch the expected batch size, 0 if unknown
 */
export function takenFromSteps(
  order: readonly Node[],
  outputs: readonly Tensor[],
  batch: number,
): ReadonlyMap<Tensor, Tensor> {
  const computed = new Set(order)
  const read = new Set([...outputs, ...order.flatMap(({ inputs }) => inputs)])
  const isComputed = ({ origin }: Tensor) => origin.kind === 'node' && computed.has(origin.node)
  const taken = new Map<Tensor, Tensor>()
  const take = (node: Node, results: readonly Tensor[]) => {
    for (const [place, output] of node.outputs.entries()) {
      const result = results[place]
      if (result && result !== output) taken.set(output, result)
    }
  }
  for (const node of order) {
    const again = differentiatedScan(node)
    if (again?.every(isComputed)) take(node, again)
    for (const { operator, stepsFrom, differentiated, unroll, onlyFromSteps } of layers) {
      if (!isOf(node, operator)) continue
      const known = differentiated(node)
      const [, hidden] = node.outputs
      const isLarge = hidden !== undefined && batch * hidden.fixedSize(1) >= stepsFrom
      const isNeeded = isLarge || onlyFromSteps(node).some((result) => read.has(result))
      const steps = known && isComputed(known.kept) ? known : isNeeded ? unroll(node) : undefined
      if (steps) take(node, steps.results)
    }
  }
  return taken
}
