/**
 * The graph of all subsets of some modalities, with edges from each subset to larger ones and to
 * one top vertex.
 */

/** The vertex that all others lead to. */
export const topVertex = 'top'

/**
 * An edge from a subset to a larger one that contains it, or to the top. A vertex's name is the
 * names of its members, joined by `_`.
 */
export interface SubsetEdge {
  readonly from: string
  readonly to: string
}

export interface SubsetGraph {
  /** The non-empty subsets by name, smaller ones first. */
  readonly vertices: ReadonlyMap<string, readonly string[]>
  /** In the order of the vertices that they lead to; those to the top come last. */
  readonly edges: readonly SubsetEdge[]
}

/** The graph of the subsets of `members`, in their order: 19 edges for three. */
export function subsetGraph(members: readonly string[]): SubsetGraph {
  let subsets: string[][] = [[]]
  for (const member of members) {
    subsets = subsets.concat(subsets.map((subset) => [...subset, member]))
  }
  const places = (subset: readonly string[]) => subset.map((member) => members.indexOf(member))
  const ordered = subsets
    .filter((subset) => subset.length > 0)
    .sort((one, other) => one.length - other.length || compare(places(one), places(other)))
  const within = ordered.flatMap((to) =>
    ordered
      .filter((from) => from.length < to.length && from.every((member) => to.includes(member)))
      .map((from) => ({ from: from.join('_'), to: to.join('_') })),
  )
  const upwards = ordered.map((from) => ({ from: from.join('_'), to: topVertex }))
  return {
    vertices: new Map(ordered.map((subset) => [subset.join('_'), subset])),
    edges: [...within, ...upwards],
  }
}

function compare(one: readonly number[], other: readonly number[]): number {
  const place = one.findIndex((value, at) => value !== other[at])
  return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0)
}
