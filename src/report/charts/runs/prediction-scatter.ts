/** A scatter plot of predicted against true sentiment. */

import type { TopLevelSpec } from 'vega-lite'
import { numberAt } from '../../../base/numbers.js'
import { checkPairs, type Numbers } from '../../../metrics/index.js'
import { seriesColours } from '../style/theme.js'
import { chartTitle, renderChart } from '../vega/render.js'

/**
 * With more samples than this, points would hide one another, so counts in small squares are drawn.
 */
const mostPoints = 1500

/**
 * The side of a square. Annotators' means are often thirds, which then lie in the middle of a
 * square.
 */
const squareSide = 1 / 6

interface Point {
  readonly truth: number
  readonly prediction: number
}

/**
 * Predicted against true sentiment as SVG, with the line on which both are equal. Few samples are
 * drawn as points, many as squares coloured by the number of samples in them.
 *
 * @throws LimbicError if the lengths differ or are 0, or a number is not finite
 */
export function predictionScatter(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly truths: Numbers
  readonly predictions: Numbers
}): Promise<string> {
  const { truths, predictions } = chart
  checkPairs(chart.title, predictions, truths)
  const points = Array.from(truths, (truth, sample) => ({
    truth,
    prediction: numberAt(predictions, sample),
  }))
  const reach = reachOf(points)
  const domain = [-reach, reach]
  const axis = (field: string, title: string) => ({
    field,
    type: 'quantitative' as const,
    title,
    scale: { domain, nice: false },
    axis: { tickMinStep: 1 },
  })
  const x = axis('truth', 'True sentiment')
  const y = axis('prediction', 'Predicted sentiment')
  const spec: TopLevelSpec = {
    title: chartTitle(chart.title, chart.subtitle),
    width: 360,
    height: 360,
    layer: [
      points.length <= mostPoints
        ? {
            data: { values: points },
            mark: {
              type: 'circle',
              color: seriesColours[0],
              opacity: 0.45,
              size: 28,
              aria: false,
            },
            encoding: { x, y },
          }
        : {
            data: { values: countSquares(points) },
            mark: { type: 'rect', aria: false },
            encoding: {
              x: { ...x, field: 'left', bin: 'binned' },
              x2: { field: 'right' },
              y: { ...y, field: 'bottom', bin: 'binned' },
              y2: { field: 'top' },
              color: sampleCounts,
            },
          },
      {
        data: { values: domain.map((end) => ({ truth: end, prediction: end })) },
        mark: {
          type: 'line',
          color: 'currentColor',
          strokeDash: [5, 4],
          strokeWidth: 1.2,
          opacity: 0.7,
          aria: false,
        },
        encoding: { x, y },
      },
    ],
  }
  return renderChart(spec)
}

/** How many samples lie within a square. */
const sampleCounts = {
  field: 'count',
  type: 'quantitative',
  title: 'Samples',
  // Without the darkest fifth, in which single samples would be invisible on a dark page.
  scale: { scheme: { name: 'viridis', extent: [0.2, 1] as number[] }, type: 'log' },
  legend: { gradientThickness: 12, gradientLength: 160, format: 'd', tickCount: 4 },
} as const

/**
 * A little beyond the outermost point, and at least the range of sentiment, so that no mark is cut.
 */
function reachOf(points: readonly Point[]): number {
  const outermost = points.reduce(
    (most, { truth, prediction }) => Math.max(most, Math.abs(truth), Math.abs(prediction)),
    3,
  )
  return Math.ceil(outermost + squareSide / 2)
}

function countSquares(points: readonly Point[]) {
  const squares = new Map<string, { column: number; row: number; count: number }>()
  for (const { truth, prediction } of points) {
    const column = Math.round(truth / squareSide)
    const row = Math.round(prediction / squareSide)
    const square = squares.get(`${column} ${row}`) ?? { column, row, count: 0 }
    square.count++
    squares.set(`${column} ${row}`, square)
  }
  return [...squares.values()].map(({ column, row, count }) => ({
    left: (column - 0.5) * squareSide,
    right: (column + 0.5) * squareSide,
    bottom: (row - 0.5) * squareSide,
    top: (row + 0.5) * squareSide,
    count,
  }))
}
