/**
 * The dynamic fusion graph of single modalities and their combinations, with a weight for each
 * edge.
 */
import { elementAt, lookUp } from '../../../base/lookup.js'
import { concat, multiply, sigmoid, split, type Tensor } from '../../../graph/index.js'
import { linear } from '../../../nn/layers/linear.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { subsetGraph, topVertex } from '../../define/subset-graph.js'

export interface FusionGraphSettings {
  /** The single modalities in order, and the width of the vertex of each. */
  readonly singles: ReadonlyMap<string, number>
  /** Width of every other vertex. */
  readonly node: number
  /** Hidden width of the networks. */
  readonly core: number
  /** Whether a sigmoid maps the efficacies to between 0 and 1. */
  readonly squash: boolean
  /** Whether the networks of the vertices are trained. */
  readonly learns: boolean
}

/**
 * The vertices are the subsets of the modalities (`subsetGraph`). A vertex of two or more
 * modalities is a network over the vertices of all its proper subsets, each multiplied by the
 * efficacy of its edge; the top vertex is a network over all others. One more network computes the
 * efficacies from the single modalities. All networks are linear layers without activations.
 * Parameters: `efficacies.0` to `.2`, `vertices.<modalities>.0`, `.1`, `top.0`, `.1`.
 *
 * @returns a function of the vertices of the single modalities, [batch, time, width] each, to
 * `fused` [batch, time, node], the top vertex, and `efficacies` [batch, time, edges] in the order
 * of `subsetGraph`
 */
export function fusionGraph(
  scope: Scope,
  { singles, node, core, squash, learns }: FusionGraphSettings,
): (vertices: ReadonlyMap<string, Tensor>) => { fused: Tensor; efficacies: Tensor } {
  const { vertices, edges } = subsetGraph([...singles.keys()])
  const widthOf = (vertex: string) => singles.get(vertex) ?? node
  const into = (vertex: string) =>
    edges.flatMap(({ from, to }, place) => (to === vertex ? [{ from, place }] : []))
  const total = [...singles.values()].reduce((sum, width) => sum + width, 0)
  const weigh = linears(scope.child('efficacies'), [total, core, node, edges.length])
  const network = (place: Scope, vertex: string, trainable: boolean) => {
    const inputs = into(vertex).reduce((sum, { from }) => sum + widthOf(from), 0)
    return { vertex, apply: linears(place, [inputs, core, node], trainable) }
  }
  const networks = [
    ...[...vertices.keys()]
      .filter((vertex) => !singles.has(vertex))
      .map((vertex) => network(scope.child('vertices').child(vertex), vertex, learns)),
    network(scope.child('top'), topVertex, true),
  ]
  return (given) => {
    const plain = weigh(
      concat(
        [...singles.keys()].map((name) => lookUp(given, name, 'vertex')),
        2,
      ),
    )
    const efficacies = squash ? sigmoid(plain) : plain
    const weights = split(
      efficacies,
      edges.map(() => 1),
      2,
    )
    const values = new Map(given)
    for (const { vertex, apply } of networks) {
      const flows = into(vertex).map(({ from, place }) =>
        multiply(elementAt(weights, place, 'edge'), lookUp(values, from, 'vertex')),
      )
      values.set(vertex, apply(concat(flows, 2)))
    }
    return { fused: lookUp(values, topVertex, 'vertex'), efficacies }
  }
}

/** Linear layers `0`, `1` and so on, one after another. */
function linears(scope: Scope, widths: readonly number[], trainable = true): Layer {
  const layers = widths.slice(1).map((units, place) => {
    const inputs = elementAt(widths, place, 'width')
    return linear(scope.child(String(place)), { inputs, units, trainable })
  })
  return (input) => layers.reduce((vector, layer) => layer(vector), input)
}
