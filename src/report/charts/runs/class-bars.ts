/** Bars of a per-class metric for several groups. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../../base/errors.js'
import { fixed } from '../../../base/numbers.js'
import { summarise } from '../../../metrics/index.js'
import { chartName, nameAtPlace } from '../style/names.js'
import { seriesColours } from '../style/theme.js'
import { chartTitle, renderChart } from '../vega/render.js'
import { figureAxis, namedRows } from './rows-of-runs.js'

/** One group of runs: its figures of each class. */
export interface ClassBarGroup {
  readonly name: string
  /** `values[class][run]`; a class without any finite figure has no bar. */
  readonly values: readonly (readonly number[])[]
}

/**
 * Figures of each class as SVG, the groups side by side: a bar for the mean over runs, a whisker
 * for one standard deviation to each side.
 *
 * @param chart.figure what is shown, such as "F1"
 * @param chart.groups no more than there are colours (6)
 * @throws LimbicError if there is nothing to draw, groups do not fit the classes, or there are too
 * many of them
 */
export function classBars(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly figure: string
  readonly classes: readonly string[]
  readonly groups: readonly ClassBarGroup[]
}): Promise<string> {
  const { title, subtitle, figure, classes, groups } = chart
  check(title, classes, groups)
  const bars = groups.flatMap((group, place) => barsOf(group, place, classes))
  if (bars.length === 0) throw new LimbicError('no per-class figures to draw', { where: title })
  const value = figureAxis(figure, { zero: true })
  const spec: TopLevelSpec = {
    title: chartTitle(title, [
      ...(subtitle === undefined ? [] : [subtitle]),
      ...(bars.some(({ low, high }) => high > low)
        ? ['Bar: mean over runs · whisker: ± 1 standard deviation']
        : []),
    ]),
    data: { values: bars },
    width: 460,
    height: { step: groups.length > 3 ? 9 : 12 },
    encoding: {
      y: {
        ...namedRows('index', classes),
        scale: { domain: classes.map((_, index) => index), paddingInner: 0.25 },
      },
      yOffset: { field: 'group', type: 'ordinal', scale: { domain: groups.map((_, at) => at) } },
    },
    layer: [
      {
        mark: { type: 'bar', opacity: 0.75 },
        encoding: {
          x: value('mean'),
          color: {
            field: 'group',
            type: 'ordinal',
            title: null,
            scale: {
              domain: groups.map((_, at) => at),
              range: seriesColours.slice(0, groups.length),
            },
            legend:
              groups.length > 1
                ? {
                    orient: 'bottom',
                    labelExpr: nameAtPlace(groups.map(({ name }) => name)),
                    columns: 3,
                  }
                : null,
          },
          description: { field: 'description', type: 'nominal' },
        },
      },
      {
        mark: { type: 'rule', color: 'currentColor', strokeWidth: 1.2, aria: false },
        transform: [{ filter: 'datum.high > datum.low' }],
        encoding: { x: value('low'), x2: { field: 'high' } },
      },
    ],
  }
  return renderChart(spec)
}

function barsOf({ name, values }: ClassBarGroup, group: number, classes: readonly string[]) {
  return values.flatMap((runs, index) => {
    const { mean, deviation, count } = summarise(runs.filter(Number.isFinite))
    if (count === 0) return []
    const spread = Number.isNaN(deviation) ? 0 : deviation
    return [
      {
        group,
        index,
        mean,
        // These figures lie between 0 and 1, so whiskers end there.
        low: Math.max(0, mean - spread),
        high: Math.min(Math.max(1, mean), mean + spread),
        description: `${chartName(classes[index] ?? '')}, ${chartName(name)}: ${fixed(mean, 3)}`,
      },
    ]
  })
}

function check(where: string, classes: readonly string[], groups: readonly ClassBarGroup[]): void {
  if (classes.length === 0 || groups.length === 0 || groups.length > seriesColours.length) {
    throw new LimbicError('these groups cannot be drawn side by side', {
      where,
      expected: `some classes and 1 to ${seriesColours.length} groups`,
      got: `${classes.length} classes, ${groups.length} groups`,
    })
  }
  for (const { name, values } of groups) {
    if (values.length === classes.length) continue
    throw new LimbicError('the number of figures differs from the number of classes', {
      where: `${where}, ${name}`,
      expected: `${classes.length}`,
      got: `${values.length}`,
    })
  }
}
