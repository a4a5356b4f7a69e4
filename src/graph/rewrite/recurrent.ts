/** Recurrent layers whose steps are computed anyway, or faster than ONNX Runtime's own layers. */
import { gruLayer } from '../operators/sequence/gru.js'
import { lstmLayer } from '../operators/sequence/lstm.js'
import { isOf, type Node, type Tensor } from '../tensor.js'

const layers = [lstmLayer, gruLayer]

/**
 * For each result of a recurrent layer, the tensor that is the same and is taken instead: from the
 * loop over its steps, where a gradient needs that loop, or where there are so many samples that the
 * loop is the faster way.
 *
 * @param order the nodes that are to be computed
 * @param batch how many samples there will mostly be, 0 where nobody can tell
 */
export function takenFromSteps(order: readonly Node[], batch: number): ReadonlyMap<Tensor, Tensor> {
  const computed = new Set(order)
  const isComputed = ({ origin }: Tensor) => origin.kind === 'node' && computed.has(origin.node)
  const taken = new Map<Tensor, Tensor>()
  for (const node of order) {
    for (const { operator, stepsFrom, differentiated, unroll } of layers) {
      if (!isOf(node, operator)) continue
      const known = differentiated(node)
      const [, hidden] = node.outputs
      const isLarge = hidden !== undefined && batch * hidden.fixedSize(1) >= stepsFrom
      const steps = known && isComputed(known.kept) ? known : isLarge ? unroll(node) : undefined
      for (const [place, result] of (steps?.results ?? []).entries()) {
        const output = node.outputs[place]
        if (output) taken.set(output, result)
      }
    }
  }
  return taken
}
