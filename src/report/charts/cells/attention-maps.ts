/** Heatmaps of attention weights, queries by keys. */

import { LimbicError } from '../../../base/errors.js'
import { fixed, largest } from '../../../base/numbers.js'
import { namesLeaning, namesLeft } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { colourOf, gradientOf, horizontalLegend } from '../draw/colours.js'
import { label, marks, moved, type Piece, rectangle, together } from '../draw/pieces.js'
import { chartName } from '../style/names.js'
import { axes } from '../style/theme.js'
import { type AttentionChartMap, coarsened } from './coarsen.js'

export type { AttentionChartMap } from './coarsen.js'

/** Maps lie side by side; three of usual length fit the width of a page. */
const mapsInRow = 3
const rowWidth = 560
/** The gap between maps, and from maps to the legend, in pixels. */
const spacing = { across: 14, down: 22, legend: 18 }

/**
 * The attention maps of one sample as SVG, small and side by side on one colour scale, so that they
 * can be compared. Rows are queries, columns are keys. In long sequences neighbouring steps share a
 * cell.
 *
 * @throws LimbicError if there is no map, or one has no steps or does not fit its labels
 */
export function attentionMaps(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly maps: readonly AttentionChartMap[]
}): string {
  const { title, maps: given } = chart
  if (given.length === 0) throw new LimbicError('no attention map to draw', { where: title })
  for (const map of given) checkMap(map, title)
  const maps = given.map(coarsened)
  const columns = Math.min(mapsInRow, maps.length)
  const longest = largest(maps.flatMap(({ keys, queries }) => [keys.length, queries.length]))
  const step = Math.max(3, Math.min(24, Math.floor(rowWidth / columns / longest)))
  const most = largest(maps.flatMap(({ weights }) => weights.flat()))
  const legend = {
    scheme: 'viridis' as const,
    domain: [0, most] as const,
    ...{ title: 'Attention', id: 'chart-1' },
  }
  const colour = colourOf(legend)
  const drawn = inRows(
    maps.map((map) => mapOf(map, step, colour)),
    columns,
  )
  const below = moved(horizontalLegend(legend), 0, drawn.box.bottom + spacing.legend)
  return chartOf(chart, together([drawn, below]), [gradientOf(legend, 'right')])
}

/** One map: cells from (0, 0), names on both sides, a title above. */
function mapOf(
  { title, queries, keys, weights }: AttentionChartMap,
  step: number,
  colour: (weight: number) => string,
): Piece {
  const asked = keys.map(chartName)
  const cells = weights.flatMap((row, query) => {
    const asking = chartName(queries[query] ?? '')
    return row.map((weight, key) => {
      const [left, top] = [key * step, query * step]
      const box = { left, top, right: left + step, bottom: top + step }
      const description = `${asking} to ${asked[key]}: ${fixed(weight, 2)}`
      return rectangle(box, { fill: colour(weight), description })
    })
  })
  const places = (names: readonly string[]) =>
    names.map((name, at) => ({ at: (at + 0.5) * step, name }))
  const names = { size: Math.max(8, Math.min(11, step - 2)), padding: 3, limit: 80 }
  return together([
    marks('rect', cells),
    label(chartName(title), 0, -8, { size: 11, weight: axes.titleWeight }),
    namesLeft(places(queries), names),
    moved(namesLeaning(places(keys), names), 0, queries.length * step),
  ])
}

/** Pieces in a grid; those of a column share a left edge. */
function inRows(pieces: readonly Piece[], columns: number): Piece {
  const [lefts, tops]: [number[], number[]] = [[0], [0]]
  const rows = Math.ceil(pieces.length / columns)
  const inColumn = (column: number) => pieces.filter((_, at) => at % columns === column)
  const inRow = (row: number) => pieces.slice(row * columns, (row + 1) * columns)
  for (let column = 1; column < columns; column++) {
    const before = largest(inColumn(column - 1).map(({ box }) => box.right))
    const own = largest(inColumn(column).map(({ box }) => -box.left))
    lefts.push((lefts[column - 1] ?? 0) + before + spacing.across + own)
  }
  for (let row = 1; row < rows; row++) {
    const before = largest(inRow(row - 1).map(({ box }) => box.bottom))
    const own = largest(inRow(row).map(({ box }) => -box.top))
    tops.push((tops[row - 1] ?? 0) + before + spacing.down + own)
  }
  return together(
    pieces.map((piece, at) =>
      moved(piece, lefts[at % columns] ?? 0, tops[Math.floor(at / columns)] ?? 0),
    ),
  )
}

function checkMap({ title, queries, keys, weights }: AttentionChartMap, where: string): void {
  const fits =
    queries.length > 0 &&
    keys.length > 0 &&
    weights.length === queries.length &&
    weights.every((row) => row.length === keys.length && row.every(Number.isFinite))
  if (fits) return
  throw new LimbicError('the shape of an attention map does not match its labels', {
    where: `${where}, ${title}`,
    expected: `${queries.length} x ${keys.length} finite numbers`,
    got: `${weights.length} x ${weights[0]?.length ?? 0}`,
  })
}
