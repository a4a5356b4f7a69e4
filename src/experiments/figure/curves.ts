/** The figures of an experiment along a setting of its rows, as charts. */
import { nameOfData } from '../../data/name.js'
import { type CurveSeries, learningCurves } from '../../report/charts/runs/learning-curves.js'
import type { Block } from '../../report/html/report.js'
import { PageFigures } from '../../report/pages/page.js'
import type { RowOutcome } from '../figures.js'
import type { MeasuredColumn } from '../fit.js'
import { type Experiment, type ExperimentRow, rowId, rowTitle } from '../schema.js'

/** A chart of each column, as blocks of a page and as SVG by name. */
export interface ExperimentCurves {
  readonly blocks: readonly Block[]
  readonly figures: ReadonlyMap<string, string>
}

interface Point {
  readonly at: number
  readonly values: readonly number[]
}

/**
 * Draws each column over the setting that the experiment's `figure` names: rows that have it as a
 * curve for each model, the others as a level line.
 *
 * @param columns as `measuredColumns` gives them
 * @param outcomes by the row's identifier
 */
export async function experimentCurves(
  { figure, columns: all, title }: Experiment,
  rows: readonly ExperimentRow[],
  columns: ReadonlyMap<string, MeasuredColumn>,
  outcomes: ReadonlyMap<string, RowOutcome>,
  data: { readonly name: string; readonly synthetic: boolean },
): Promise<ExperimentCurves> {
  const drawn = new PageFigures()
  const blocks: Block[] = []
  for (const { metric, title: figured, scale } of figure ? all : []) {
    const measured = columns.get(metric)?.metric
    if (!figure || measured === undefined) continue
    const valuesOf = (row: ExperimentRow): number[] => {
      const outcome = outcomes.get(rowId(row))
      if (!outcome || 'why' in outcome) return []
      return outcome.runs.map(({ test }) => (test[measured] ?? Number.NaN) * scale)
    }
    const series = seriesOf(figure.along, rows, valuesOf)
    if (series.length === 0) continue
    const svg = learningCurves({
      ...{ title: figured, subtitle: nameOfData(data), figure: figured, series },
      axis: { title: figure.title, from: 0, step: 0.1, format: '.1f' },
    })
    const caption = `${figured} by ${figure.title}, on ${nameOfData(data)}: mean and standard deviation over the runs.`
    blocks.push(await drawn.add(['figure', metric], svg, caption))
  }
  return { blocks, figures: drawn.page({ title, sections: [] }).figures }
}

/** A curve for each model with the setting, and a level line over its ends for each other row. */
function seriesOf(
  along: string,
  rows: readonly ExperimentRow[],
  valuesOf: (row: ExperimentRow) => number[],
): CurveSeries[] {
  const curves = new Map<string, Point[]>()
  const levels: { readonly name: string; readonly values: readonly number[] }[] = []
  for (const row of rows) {
    const values = valuesOf(row)
    if (!values.some(Number.isFinite)) continue
    const at = row.settings[along]
    if (typeof at !== 'number') levels.push({ name: rowTitle(row), values })
    else {
      const name = row.group ?? row.model ?? row.label
      curves.set(name, [...(curves.get(name) ?? []), { at, values }])
    }
  }
  const places = [...curves.values()].flat().map(({ at }) => at)
  const ends = places.length > 0 ? [Math.min(...places), Math.max(...places)] : [0, 1]
  return [
    ...Array.from(curves, ([name, points]) => curveOf(name, points)),
    ...levels.map(({ name, values }) =>
      curveOf(
        name,
        ends.map((at) => ({ at, values })),
      ),
    ),
  ]
}

function curveOf(name: string, points: readonly Point[]): CurveSeries {
  const sorted = [...points].sort((one, other) => one.at - other.at)
  const most = Math.max(...sorted.map(({ values }) => values.length))
  return {
    name,
    positions: sorted.map(({ at }) => at),
    runs: Array.from({ length: most }, (_, run) =>
      sorted.map(({ values }) => values[run] ?? Number.NaN),
    ),
  }
}
