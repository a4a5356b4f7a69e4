/** Heatmaps of attention weights, queries by keys. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../base/errors.js'
import { fixed, largest } from '../../base/numbers.js'
import { type AttentionChartMap, coarsened } from './coarsen.js'
import { chartName, nameAtPlace } from './names.js'
import { chartTitle, renderChart } from './render.js'
import { colourLegend } from './theme.js'

export type { AttentionChartMap } from './coarsen.js'

/** Maps side by side, so that three of usual length fit the width of a page. */
const mapsInRow = 3
const rowWidth = 560

/**
 * The attention maps of one sample as SVG, small and side by side under one scale of colours, so
 * that they can be compared. Rows ask, columns are asked. Of long sequences neighbouring steps share
 * a cell.
 *
 * @throws LimbicError if there is no map, or one has no steps or does not fit its labels
 */
export function attentionMaps(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly maps: readonly AttentionChartMap[]
}): Promise<string> {
  const { title, subtitle, maps: given } = chart
  if (given.length === 0) throw new LimbicError('no attention map to draw', { where: title })
  for (const map of given) checkMap(map, title)
  const maps = given.map(coarsened)
  const columns = Math.min(mapsInRow, maps.length)
  const longest = largest(maps.flatMap(({ keys, queries }) => [keys.length, queries.length]))
  const step = Math.max(3, Math.min(24, Math.floor(rowWidth / columns / longest)))
  const most = largest(maps.flatMap(({ weights }) => weights.flat()))
  const axis = (labels: readonly string[], angle: number) => ({
    labelAngle: angle,
    labelExpr: nameAtPlace(labels),
    labelFontSize: Math.max(8, Math.min(11, step - 2)),
    labelLimit: 80,
    labelOverlap: step < 9,
    labelPadding: 3,
    domain: false,
    aria: false,
  })
  const spec: TopLevelSpec = {
    title: chartTitle(title, subtitle),
    columns,
    spacing: { column: 14, row: 22 },
    resolve: { scale: { color: 'shared' } },
    concat: maps.map(({ title: name, queries, keys, weights }) => ({
      title: { text: [chartName(name)], fontSize: 11, fontWeight: 500, offset: 6 },
      data: {
        values: weights.flatMap((row, query) =>
          row.map((weight, key) => ({
            query,
            key,
            weight,
            description: `${chartName(queries[query] ?? '')} to ${chartName(keys[key] ?? '')}: ${fixed(weight, 2)}`,
          })),
        ),
      },
      width: { step },
      height: { step },
      mark: { type: 'rect' as const },
      encoding: {
        x: { field: 'key', type: 'ordinal' as const, title: null, axis: axis(keys, -60) },
        y: { field: 'query', type: 'ordinal' as const, title: null, axis: axis(queries, 0) },
        color: {
          field: 'weight',
          type: 'quantitative' as const,
          title: 'Attention',
          scale: { scheme: 'viridis' as const, domain: [0, most] },
          legend: colourLegend,
        },
        description: { field: 'description', type: 'nominal' as const },
      },
    })),
  }
  return renderChart(spec)
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
