/** Bars that compare a metric across groups of runs. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../../base/errors.js'
import { largest } from '../../../base/numbers.js'
import { formatMeanDeviation, summarise } from '../../../metrics/index.js'
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
 * A comparison of models as SVG: a bar for the mean, a whisker for one standard deviation to each
 * side, a dot for every run, and a diamond for the figure that the paper reports.
 *
 * @param chart.figure what is compared, such as "Accuracy"
 * @param chart.digits decimals of the written figures
 * @throws LimbicError if there is no model, or one has no finite figure
 */
export function comparisonBars(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly figure: string
  readonly models: readonly RunsRow[]
  readonly digits?: number
}): Promise<string> {
  const { models, digits = 3 } = chart
  if (models.length === 0) {
    throw new LimbicError('nothing to compare', { where: chart.title, expected: 'a model' })
  }
  for (const model of models) checkFigures(model, chart.title)
  const bars = models.map((model, row) => ({ row, ...barOf(model, digits) }))
  const x = figureAxis(chart.figure)
  const spec: TopLevelSpec = {
    title: chartTitle(chart.title, [
      ...(chart.subtitle === undefined ? [] : [chart.subtitle]),
      models.some(({ values }) => values.length > 1)
        ? 'Bar: mean · whisker: ± 1 standard deviation · dot: one run'
        : 'Bar: one run',
      ...reportedLegend(models),
    ]),
    data: { values: bars },
    ...rowPerGroup(models),
    layer: [
      {
        mark: { type: 'bar', height: 20, color: seriesColours[0], opacity: 0.45 },
        encoding: {
          x: { ...x('mean'), scale: { zero: true } },
          description: { field: 'description', type: 'nominal' },
        },
      },
      {
        mark: { type: 'rule', color: 'currentColor', strokeWidth: 1.5, aria: false },
        encoding: { x: x('low'), x2: { field: 'high' } },
      },
      ...(['low', 'high'] as const).map((field) => ({
        mark: {
          type: 'tick' as const,
          color: 'currentColor',
          thickness: 1.5,
          size: 10,
          aria: false,
        },
        transform: [{ filter: 'datum.high > datum.low' }],
        encoding: { x: x(field) },
      })),
      runDots(models, x),
      ...reportedDiamonds(models, x),
      {
        mark: {
          type: 'text',
          align: 'left',
          dx: 10,
          fontSize: 11,
          color: 'currentColor',
          aria: false,
        },
        encoding: { x: x('end'), text: { field: 'label' } },
      },
    ],
  }
  return renderChart(spec)
}

function barOf({ name, values, reported }: RunsRow, digits: number) {
  const { mean, deviation } = summarise(values)
  const spread = Number.isNaN(deviation) ? 0 : deviation
  const label = formatMeanDeviation({ mean, deviation }, { digits })
  const ends = [mean + spread, ...values, ...(reported === undefined ? [] : [reported])]
  return {
    mean,
    low: mean - spread,
    high: mean + spread,
    label,
    description: `${chartName(name)}: ${label}`,
    end: largest(ends, 0),
  }
}
