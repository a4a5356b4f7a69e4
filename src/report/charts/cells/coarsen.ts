/** Averages large attention maps into fewer cells. */

import { chunks } from '../../chunks.js'

/** One map of a sample: how much each query step attends to each key step. */
export interface AttentionChartMap {
  readonly title: string
  /** One label per row. */
  readonly queries: readonly string[]
  /** One label per column. */
  readonly keys: readonly string[]
  /** `weights[query][key]`, from 0 to 1. */
  readonly weights: readonly (readonly number[])[]
}

/** Longer axes have several steps per cell: thousands of cells are slow to draw and too small to see. */
const mostCells = 64

/**
 * Makes an attention map small enough to draw by joining neighbouring steps of long axes. A cell
 * holds the attention that its queries pay to all of its keys, averaged over the queries, so that
 * rows keep their sums. The title says how many steps a cell has.
 */
export function coarsened(map: AttentionChartMap): AttentionChartMap {
  const down = Math.ceil(map.queries.length / mostCells)
  const across = Math.ceil(map.keys.length / mostCells)
  if (down === 1 && across === 1) return map
  const weights = chunks(map.weights, down).map((rows) =>
    chunks(map.keys, across).map((keys, column) => {
      const first = column * across
      const taken = rows.map((row) =>
        row.slice(first, first + keys.length).reduce((sum, weight) => sum + weight, 0),
      )
      return taken.reduce((sum, share) => sum + share, 0) / rows.length
    }),
  )
  return {
    title: `${map.title} (${down} x ${across} steps per cell)`,
    queries: chunks(map.queries, down).map(fromTo),
    keys: chunks(map.keys, across).map(fromTo),
    weights,
  }
}

function fromTo(labels: readonly string[]): string {
  const [first = '', last = first] = [labels[0], labels.at(-1)]
  return first === last ? first : `${first} to ${last}`
}
