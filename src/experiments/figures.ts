/** The results of an experiment's runs, as cells of its table. */

import type { RunResults } from '../learn/records.js'
import { summarise } from '../metrics/summary.js'
import { describeMetric } from '../report/metric.js'
import type { ReproducedCell } from '../report/tables/reproduction.js'
import type { CellOutcome } from '../sweep/run-grid.js'
import type { MeasuredColumn } from './fit.js'
import { type Experiment, type ExperimentRow, rowId, rowTitle } from './schema.js'

/** The outcome of a row that is trained: its runs, or why it has none. */
export type RowOutcome =
  | { readonly why: string }
  | { readonly runs: readonly RunResults[]; readonly failed: number }

/** The outcomes of a grid by row. */
export function outcomesByRow(outcomes: readonly CellOutcome[]): Map<string, RowOutcome> {
  const rows = new Map<string, { runs: RunResults[]; failed: number }>()
  for (const outcome of outcomes) {
    const row = rows.get(outcome.cell.row) ?? { runs: [], failed: 0 }
    if (outcome.state === 'complete') row.runs.push(outcome.results)
    else row.failed++
    rows.set(outcome.cell.row, row)
  }
  return rows
}

/**
 * Every cell of an experiment's table, on the document's scale: the document's figure, ours on the
 * test data, and why there is none.
 *
 * @param rows the rows of the experiment that are shown
 * @param columns as `measuredColumns` returns them
 * @param outcomes by the row's identifier
 */
export function figuresOf(
  experiment: Experiment,
  rows: readonly ExperimentRow[],
  columns: ReadonlyMap<string, MeasuredColumn>,
  outcomes: ReadonlyMap<string, RowOutcome>,
): ReproducedCell[] {
  return rows.flatMap((row) =>
    experiment.columns.map(({ metric, title, scale }) => ({
      row: rowTitle(row),
      column: title,
      ...paperFigure(row.paper[metric]),
      ...ourFigure(row, scale, columns.get(metric), outcomes),
    })),
  )
}

function paperFigure(
  figure: number | readonly [number, number] | undefined,
): Pick<ReproducedCell, 'paper'> {
  if (figure === undefined) return {}
  if (typeof figure === 'number') return { paper: { mean: figure } }
  const [mean, deviation] = figure
  return { paper: { mean, deviation } }
}

function ourFigure(
  row: ExperimentRow,
  scale: number,
  column: MeasuredColumn | undefined,
  outcomes: ReadonlyMap<string, RowOutcome>,
): Pick<ReproducedCell, 'ours' | 'why'> {
  if (row.quoted !== undefined) return { why: row.quoted }
  const outcome = outcomes.get(row.best?.of ?? rowId(row))
  if (!outcome) return { why: 'was not selected' }
  if ('why' in outcome) return { why: outcome.why }
  if (column?.metric === undefined) return { why: column?.why ?? 'is not measured' }
  const { metric } = column
  const runs = row.best ? bestRun(outcome.runs, row.best.by) : outcome.runs
  if (runs.length === 0) return { why: 'every run failed' }
  const values = runs.map(({ test }) => test[metric] ?? Number.NaN)
  const undefinedIn = values.filter(Number.isNaN).length
  if (undefinedIn > 0) return { why: `is not defined in ${undefinedIn} of ${values.length} runs` }
  const { mean, deviation, count } = summarise(values.map((value) => value * scale))
  const total = outcome.runs.length + outcome.failed
  const note = outcome.failed > 0 ? `${outcome.failed} of ${total} runs failed` : row.note
  return { ours: { mean, deviation, runs: count }, ...(note !== undefined && { why: note }) }
}

/** The one run that is best on the test data: what some documents report beside their means. */
function bestRun(runs: readonly RunResults[], metric: string): readonly RunResults[] {
  const sign = describeMetric(metric).better === 'higher' ? -1 : 1
  const [best] = runs
    .filter(({ test }) => Number.isFinite(test[metric]))
    .sort((one, other) => sign * ((one.test[metric] ?? 0) - (other.test[metric] ?? 0)))
  return best ? [best] : []
}
