/** A graph described in numbers and text. */
import { LimbicError } from '../base/errors.js'
import { withBounds } from './bounds.js'
import type { Graph } from './graph.js'
import { nodesInOrder } from './order.js'
import type { Parameter } from './parameter.js'
import { rewrite } from './rewrite/rewrite.js'
import { elementCount, formatShape, resolveDimension, type Shape } from './shape/shape.js'
import type { Node, Tensor } from './tensor.js'

/**
 * The nodes that lead to `outputs`, one per line, such as
 * `%12 lstm(%3, encoder/weight, ...) float32[time, batch, 100]`.
 */
export function listGraph(outputs: readonly Tensor[]): string {
  return nodesInOrder(outputs)
    .map((node) => {
      const results = node.outputs.map(({ id }) => `%${id}`).join(', ')
      const types = node.outputs.map(({ dataType, shape }) => `${dataType}${formatShape(shape)}`)
      return `${results} ${node.operator.name}(${node.inputs.map(briefly).join(', ')}) ${types.join(', ')}`
    })
    .join('\n')
}

function briefly({ id, origin, rank, dataType, shape }: Tensor): string {
  if ('name' in origin) return origin.name
  if (origin.kind === 'node') return `%${id}`
  return rank === 0 ? String(origin.values[0]) : `constant ${dataType}${formatShape(shape)}`
}

/** The total number of elements in a graph's trainable parameters. */
export function countParameters(graph: Graph): number {
  return countTrainable([...graph.parameters.values()])
}

/** The total number of elements in the trainable ones of some parameters. */
export function countTrainable(parameters: readonly Parameter[]): number {
  return parameters.reduce(
    (total, { shape, trainable }) => total + (trainable ? elementCount(shape) : 0),
    0,
  )
}

export interface FlopCount {
  readonly total: number
  /** By operator name, largest first. */
  readonly byOperator: ReadonlyMap<string, number>
}

/**
 * The floating-point operations of one run that computes `outputs`; a multiplication and an
 * addition count as two. A size that is known only at run time (`nonZero`) counts as its upper
 * bound.
 *
 * @param sizes sizes of the named dimensions
 * @throws LimbicError if a name is missing from them
 */
export function countFlops(
  outputs: readonly Tensor[],
  sizes: ReadonlyMap<string, number>,
): FlopCount {
  const nodes = computedNodes(outputs)
  const known = withBounds(sizes, nodes)
  const count = (shape: Shape) =>
    shape.reduce<number>((product, dimension) => {
      const size = resolveDimension(dimension, known)
      if (size === undefined) {
        throw new LimbicError(`the size of the dimension "${dimension}" is not given`, {
          where: 'countFlops',
          got: [...sizes.keys()].join(', ') || 'no sizes',
        })
      }
      return product * size
    }, 1)
  const found = new Map<string, number>()
  for (const node of nodes) {
    const { operator } = node
    const [output] = node.outputs
    const flops = operator.flops?.(node, count) ?? (output ? count(output.shape) : 0)
    if (flops > 0) found.set(operator.name, (found.get(operator.name) ?? 0) + flops)
  }
  const byOperator = new Map([...found].sort(([, left], [, right]) => right - left))
  return { total: [...found.values()].reduce((sum, flops) => sum + flops, 0), byOperator }
}

/** The nodes that a run computes, after rewriting. */
function computedNodes(outputs: readonly Tensor[]): Node[] {
  const graph = outputs[0]?.graph
  const isGiven = ({ origin }: Tensor) => origin.kind !== 'node'
  return graph
    ? graph.aside(() => nodesInOrder(rewrite(outputs, { batch: 0, isGiven }).outputs))
    : []
}
