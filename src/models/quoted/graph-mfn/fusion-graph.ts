/** The dynamic fusion graph: what modalities tell alone and together, with a weight for each flow. */
import { elementAt, lookUp } from '../../../base/lookup.js'
import { concat, multiply, sigmoid, split, type Tensor } from '../../../graph/index.js'
import { linear } from '../../../nn/layers/linear.js'
import type { Layer, Scope } from '../../../nn/scope.js'
import { subsetGraph, topVertex } from '../../define/subset-graph.js'

export interface FusionGraphSettings {
  /** The width of the vertex of each single modality, in their order. */
  readonly singles: ReadonlyMap<string, number>
  /** Width of every other vertex. */
  readonly node: number
  /** Inner width of the networks. */
  readonly core: number
  /** Whether efficacies are squashed into 0 to 1. */
  readonly squash: boolean
  /** Whether the networks of the vertices are trained. */
  readonly learns: boolean
}

/**
 * The vertices are the subsets of the modalities (`subsetGraph`). A vertex of two and more is a
 * network over all its subsets, each multiplied by the efficacy of its edge; the top one, over all
 * vertices. The efficacies come from a network over the single ones. No network has an activation
 * inside. Parameters: `efficacies.0` to `.2`, `vertices.<modalities>.0`, `.1`, `top.0`, `.1`.
 *
 * @returns of the vertices of single modalities, [batch, time, width] each: `fused` [batch, time,
 * node], the top vertex; `efficacies` [batch, time, edges] in the order of `subsetGraph`
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
