import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../errors.js'
import { formatMeanDeviation, summarise } from '../../metrics/index.js'
import { chartTitle, renderChart } from './render.js'
import { seriesColours } from './theme.js'

/** One bar: a model's figures over seeds or folds, and the one that its document reports. */
export interface ComparedModel {
  readonly name: string
  /** The figure of every run. */
  readonly values: readonly number[]
  /** The figure that the model's document reports, where it does. */
  readonly reported?: number
}

/**
 * A comparison of models as SVG: a bar for the mean, a whisker for one standard deviation to each
 * side, a dot for every run, and a diamond for the figure that the document reports.
 *
 * @param chart.figure what is compared, such as "Accuracy"
 * @param chart.digits digits after the point of the written figures
 * @throws LimbicError if there is no model, or one has no finite figure
 */
export function comparisonBars(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly figure: string
  readonly models: readonly ComparedModel[]
  readonly digits?: number
}): Promise<string> {
  const { models, digits = 3 } = chart
  if (models.length === 0) {
    throw new LimbicError('nothing to compare', { where: chart.title, expected: 'a model' })
  }
  const bars = models.map(({ name, values, reported }, row) => {
    if (values.length === 0 || !values.every(Number.isFinite)) {
      throw new LimbicError('no figure for a bar', {
        where: `${chart.title}, ${name}`,
        expected: 'at least one finite number',
        got: `[${values.join(', ')}]`,
      })
    }
    const { mean, deviation, count } = summarise(values)
    const spread = Number.isNaN(deviation) ? 0 : deviation
    const label = formatMeanDeviation({ mean, deviation }, { digits })
    const ends = [mean + spread, ...values, ...(reported === undefined ? [] : [reported])]
    return {
      row,
      mean,
      low: mean - spread,
      high: mean + spread,
      count,
      label,
      description: `${name}: ${label}`,
      reported,
      end: Math.max(0, ...ends),
    }
  })
  const runs = models.flatMap(({ values }, row) => values.map((value) => ({ row, value })))
  const reported = bars.filter((bar) => bar.reported !== undefined)
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: chart.figure,
    axis: { tickCount: 8 },
  })
  const spec: TopLevelSpec = {
    title: chartTitle(chart.title, [
      ...(chart.subtitle === undefined ? [] : [chart.subtitle]),
      runs.length > models.length
        ? 'Bar: mean · whisker: ± 1 standard deviation · dot: one run'
        : 'Bar: one run',
      ...(reported.length > 0 ? ['Diamond: reported in the document'] : []),
    ]),
    data: { values: bars },
    width: 460,
    height: { step: 38 },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: null,
        // Places are numbers and names their labels, because two bars may have the same name.
        axis: {
          labelExpr: `${JSON.stringify(models.map(({ name }) => name))}[datum.value]`,
          labelFontSize: 12,
          domain: false,
          aria: false,
        },
      },
    },
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
      {
        data: { values: runs },
        mark: { type: 'circle', color: seriesColours[0], opacity: 0.9, size: 16, aria: false },
        encoding: { x: x('value') },
      },
      ...(reported.length > 0
        ? [
            {
              data: { values: reported },
              mark: {
                type: 'point' as const,
                shape: 'diamond',
                filled: true,
                color: seriesColours[1],
                opacity: 1,
                size: 90,
                aria: false,
              },
              encoding: { x: x('reported') },
            },
          ]
        : []),
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
