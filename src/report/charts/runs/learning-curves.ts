/** Curves of a figure over epochs, or over other steps, averaged over runs. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../../base/errors.js'
import { largest } from '../../../base/numbers.js'
import { summarise } from '../../../metrics/index.js'
import { chartName, nameAtPlace, titleLines } from '../style/names.js'
import { seriesDashes } from '../style/theme.js'
import { chartTitle, renderChart } from '../vega/render.js'

/** One line: a model or a split, trained from several seeds. */
export interface CurveSeries {
  readonly name: string
  /** One run per seed: the figure after each epoch, in order. Runs may end at different epochs. */
  readonly runs: readonly (readonly number[])[]
  /** The position of each figure of a run on the axis; default: its epoch, counted from 1. */
  readonly positions?: readonly number[]
}

/** The horizontal axis of curves. */
export interface CurveAxis {
  readonly title: string
  /** Its first value. */
  readonly from: number
  /** The smallest distance between its ticks. */
  readonly step: number
  /** The format of its numbers, in the syntax of d3-format. */
  readonly format: string
}

const epochs: CurveAxis = { title: 'Epoch', from: 1, step: 1, format: 'd' }

/**
 * Figures over epochs as SVG: the mean over seeds as a line, one standard deviation to each side as
 * a band. Each point is the mean of the runs that reached that epoch: where runs stopped early, the
 * end of a line covers fewer runs, and has no band if only one is left. Numbers that are not finite
 * are left out.
 *
 * @throws LimbicError if there is nothing to draw
 */
export function learningCurves(chart: {
  readonly title: string
  readonly subtitle?: string
  /** The name of the figure, such as "Validation loss". */
  readonly figure: string
  readonly series: readonly CurveSeries[]
  /** The horizontal axis; default: epochs. */
  readonly axis?: CurveAxis
}): Promise<string> {
  const points = chart.series.flatMap(({ name, runs, positions }, series) =>
    curvePoints(runs, series, positions).map((point, _, { length }) => ({
      ...{ ...point, description: chartName(name), alone: length === 1 },
    })),
  )
  if (points.length === 0) {
    throw new LimbicError('no epoch to draw', { where: chart.title, expected: 'at least one' })
  }
  const names = chart.series.map(({ name }) => name)
  // Series are identified by position: two may have the same name.
  const places = names.map((_, place) => place)
  const last = largest(points.map(({ position }) => position))
  const axis = chart.axis ?? epochs
  const colour = {
    field: 'series',
    type: 'nominal' as const,
    title: null,
    scale: { domain: places },
    legend:
      names.length > 1
        ? { orient: 'bottom' as const, symbolType: 'stroke', labelExpr: nameAtPlace(names) }
        : null,
  }
  const spec: TopLevelSpec = {
    title: chartTitle(chart.title, chart.subtitle),
    data: { values: points },
    width: 520,
    height: 280,
    encoding: {
      x: {
        field: 'position',
        type: 'quantitative',
        title: axis.title,
        scale: { domain: [axis.from, Math.max(axis.from + axis.step, last)], nice: false },
        axis: { tickMinStep: axis.step, format: axis.format, grid: false },
      },
      color: colour,
    },
    layer: [
      {
        mark: { type: 'area', opacity: 0.2, aria: false },
        transform: [{ filter: 'datum.count > 1' }],
        encoding: {
          y: {
            field: 'low',
            type: 'quantitative',
            title: titleLines(chart.figure),
            scale: { zero: false },
          },
          y2: { field: 'high' },
        },
      },
      {
        // A line through one point is invisible.
        mark: { type: 'point', filled: true, aria: false },
        transform: [{ filter: 'datum.alone' }],
        encoding: { y: { field: 'mean', type: 'quantitative' } },
      },
      {
        mark: {
          type: 'line',
          strokeWidth: 2,
          point: chart.axis !== undefined,
        },
        encoding: {
          y: { field: 'mean', type: 'quantitative' },
          description: { field: 'description', type: 'nominal' },
          strokeDash: {
            field: 'series',
            type: 'nominal',
            scale: { domain: places, range: seriesDashes },
            ...(names.length > 1 ? { title: null } : { legend: null }),
          },
        },
      },
    ],
  }
  return renderChart(spec)
}

function curvePoints(
  runs: CurveSeries['runs'],
  series: number,
  positions: readonly number[] | undefined,
) {
  const count = largest(
    runs.map((run) => run.length),
    0,
  )
  return Array.from({ length: count }, (_, index) => {
    const reached = runs.map((run) => run[index] ?? Number.NaN).filter(Number.isFinite)
    const { mean, deviation, count } = summarise(reached)
    return {
      series,
      position: positions?.[index] ?? index + 1,
      mean,
      low: mean - deviation,
      high: mean + deviation,
      count,
    }
  }).filter(({ count }) => count > 0)
}
