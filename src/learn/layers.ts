/** The layers of a model, counted from its prediction: which of them are the last ones. */
import { nodesInOrder } from '../graph/order.js'
import type { Node, Tensor } from '../graph/tensor.js'
import type { EndedGraph } from './step/ended-graph.js'
import { ends } from './step/ends.js'

/** How far a node is from the prediction, and the paths of the layer that it belongs to. */
interface Place {
  readonly depth: number
  readonly layer: ReadonlySet<string>
}

/**
 * The parameters that a prediction depends on, layer by layer from the last. The graph says which is the
 * last, not the order of declaration: a layer is all parameters below one path (`head` of `head.weight` and
 * `head.bias`), and stands behind every layer that its results pass on the way to the prediction, along
 * the longest way. Layers side by side, such as the encoders of several modalities, are one
 * group, and so are heads whose predictions are averaged.
 *
 * @returns names of parameters, buffers among them; first those of the layers after which no other comes
 */
export function layersFromEnd({
  outputs,
  parameters,
}: Pick<EndedGraph, 'outputs' | 'parameters'>): readonly (readonly string[])[] {
  const prediction = outputs.get(ends.prediction)
  if (!prediction) return []
  const own = ownParameters(prediction)
  const depths = new Map<string, number>()
  const places = new Map<Node, Place>()
  const order = nodesInOrder([prediction])
  const readers = readersOf(order)
  for (const node of order.reverse()) {
    const names = own.get(node) ?? []
    const place = placeOf(
      new Set(names.map(layerOf)),
      (readers.get(node) ?? []).flatMap((reader) => places.get(reader) ?? []),
    )
    places.set(node, place)
    for (const name of names) depths.set(name, Math.max(place.depth, depths.get(name) ?? 0))
  }
  const groups = new Map<number, string[]>()
  for (const { name } of parameters) {
    const depth = depths.get(name)
    if (depth !== undefined) groups.set(depth, [...(groups.get(depth) ?? []), name])
  }
  return [...groups].sort(([one], [other]) => one - other).map(([, names]) => names)
}

/** The layer that a parameter belongs to: its path without its own name. */
function layerOf(parameter: string): string {
  return parameter.slice(0, Math.max(0, parameter.lastIndexOf('.')))
}

/** A node that reads another layer than its readers is one layer further from the prediction. */
function placeOf(layer: ReadonlySet<string>, readers: readonly Place[]): Place {
  const depth = readers.reduce((most, reader) => Math.max(most, reader.depth), 0)
  const after = new Set(
    readers.filter((reader) => reader.depth === depth).flatMap((reader) => [...reader.layer]),
  )
  if (layer.size === 0) return { depth, layer: after }
  const isNext = after.size > 0 && ![...layer].some((path) => after.has(path))
  return { depth: depth + Number(isNext), layer: isNext ? layer : new Set([...layer, ...after]) }
}

/**
 * The parameters of each node that computes with more than parameters: those that it reads, also where
 * they are transposed or joined first.
 */
function ownParameters(prediction: Tensor): Map<Node, readonly string[]> {
  /** Of nodes that read nothing but parameters and constants. */
  const given = new Map<Node, readonly string[]>()
  const own = new Map<Node, readonly string[]>()
  const namesOf = ({ origin }: Tensor): readonly string[] | undefined => {
    if (origin.kind === 'input') return undefined
    if (origin.kind === 'parameter') return [origin.name]
    return origin.kind === 'node' ? given.get(origin.node) : []
  }
  for (const node of nodesInOrder([prediction])) {
    const names = node.inputs.map(namesOf)
    const known = names.flatMap((some) => some ?? [])
    if (names.every((some) => some !== undefined)) given.set(node, known)
    else own.set(node, known)
  }
  return own
}

function readersOf(order: readonly Node[]): Map<Node, readonly Node[]> {
  const readers = new Map<Node, Node[]>()
  for (const node of order) {
    for (const { origin } of node.inputs) {
      if (origin.kind !== 'node') continue
      readers.set(origin.node, [...(readers.get(origin.node) ?? []), node])
    }
  }
  return readers
}
