/** Box plots of a metric, one box per group of runs. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../../base/errors.js'
import { numberAt } from '../../../base/numbers.js'
import { chartName } from '../style/names.js'
import { seriesColours } from '../style/theme.js'
import { chartTitle, renderChart } from '../vega/render.js'
import {
  checkFigures,
  figureAxis,
  type RunsRow,
  reportedDiamonds,
  reportedLegend,
  rowPerGroup,
  runDots,
} from './rows-of-runs.js'

/**
 * Figures of many runs as SVG: a box from the first to the third quartile with a line at the
 * median, whiskers to the lowest and highest run, and a dot for every run. Quartiles are
 * interpolated between runs, as in NumPy.
 *
 * @param chart.figure the name of the figure, such as "Accuracy"
 * @throws LimbicError if there is no group, or one has no finite figure
 */
export function boxPlots(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly figure: string
  readonly groups: readonly RunsRow[]
}): Promise<string> {
  const { title, subtitle, figure, groups } = chart
  if (groups.length === 0) {
    throw new LimbicError('nothing to draw', { where: title, expected: 'a group of runs' })
  }
  const boxes = groups.map((group, row) => {
    checkFigures(group, title)
    const { name, values } = group
    const sorted = [...values].sort((one, other) => one - other)
    const [low, first, median, third, high] = [0, 0.25, 0.5, 0.75, 1].map((share) =>
      quantile(sorted, share),
    )
    const description = `${chartName(name)}: median ${median?.toPrecision(4)}, ${values.length} runs`
    return { row, low, first, median, third, high, description }
  })
  const x = figureAxis(figure, { zero: false })
  const spec: TopLevelSpec = {
    title: chartTitle(title, [
      ...(subtitle === undefined ? [] : [subtitle]),
      'Box: quartiles and median · whiskers: minimum and maximum · dot: one run',
      ...reportedLegend(groups),
    ]),
    data: { values: boxes },
    ...rowPerGroup(groups),
    layer: [
      {
        mark: { type: 'rule', color: 'currentColor', strokeWidth: 1.2, aria: false },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      {
        mark: { type: 'bar', height: 18, color: seriesColours[0], opacity: 0.45 },
        encoding: {
          x: x('first'),
          x2: { field: 'third' },
          description: { field: 'description', type: 'nominal' },
        },
      },
      {
        mark: { type: 'tick', color: 'currentColor', thickness: 2, size: 18, aria: false },
        encoding: { x: x('median') },
      },
      runDots(groups, x),
      ...reportedDiamonds(groups, x),
    ],
  }
  return renderChart(spec)
}

/** Interpolates between the two nearest values. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = numberAt(sorted, Math.floor(place))
  const above = numberAt(sorted, Math.ceil(place))
  return below + (above - below) * (place - Math.floor(place))
}
