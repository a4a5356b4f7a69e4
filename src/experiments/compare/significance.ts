/** The significance of differences between groups. */

import { LimbicError } from '../../base/errors.js'
import { suggest } from '../../base/schema.js'
import {
  compareGroups,
  type GroupComparison,
  type GroupTest,
} from '../../metrics/significance/compare-groups.js'
import { describeMetric } from '../../report/metric.js'
import { paired } from '../../report/tables/style.js'
import { decorated, isPair, type Table } from '../../report/tables/table.js'
import type { RunGroup } from '../../runs/find.js'
import {
  type FigureStyle,
  type GroupSummary,
  shownMetrics,
  summaryTable,
  unpairedTable,
} from '../summaries.js'
import { foldOf } from './groups.js'

/** How groups are compared. */
export interface ComparisonOptions {
  /** The metric that is tested; default: the first of the task's main ones. */
  readonly metric?: string
  /** Default: paired if every group has the same seeds. */
  readonly test?: GroupTest
  /** The name of a group; default: the best. */
  readonly against?: string
}

/**
 * The significance of differences between groups in one metric; undefined for a single group.
 *
 * @throws LimbicError if there is no such metric or group, or the test does not fit the seeds
 */
export function testGroups(
  groups: readonly RunGroup[],
  summaries: readonly GroupSummary[],
  { metric: given, test, against }: ComparisonOptions = {},
): GroupComparison | undefined {
  const [first] = summaries
  if (!first) return undefined
  const metric = given ?? first.task.metrics[0] ?? 'loss'
  const known = Object.keys(first.runs[0] ?? {})
  if (!known.includes(metric)) {
    throw new LimbicError(`unknown metric "${metric}"`, {
      where: 'metric',
      hint: suggest(metric, known),
    })
  }
  const measured = summaries.map(({ name, seeds, runs }, group) => ({
    name,
    runs: runs.map((metrics, index) => {
      const run = groups[group]?.runs[index]
      const fold = run && foldOf(run.readConfig())
      return { seed: seeds[index] ?? index, ...(fold !== undefined && { fold }), metrics }
    }),
  }))
  const { better } = describeMetric(metric)
  // A single group has nothing to be compared with, but an unknown name is still a mistake.
  const compared = compareGroups(measured, {
    metric,
    better: better ?? 'higher',
    ...(test && { test }),
    ...(against !== undefined && { against }),
  })
  return summaries.length > 1 ? compared : undefined
}

/** The main metrics of each group, with the stars of a comparison beside the metric that it tests. */
export function starredTable(
  summaries: readonly GroupSummary[],
  comparison: GroupComparison | undefined,
  split: 'valid' | 'test',
  style: FigureStyle = {},
): Table {
  const [first] = summaries
  if (!first || !comparison) return summaryTable(summaries, split, style)
  const { metric } = comparison
  const shown = comparedMetrics(first, comparison, style)
  const table = unpairedTable(summaries, split, { ...style, columns: shown })
  const column = table.columns.findIndex((one) => one.metric === metric)
  const starred = {
    ...table,
    rows: table.rows.map((row, index) => {
      const mark = comparison.figures[index]?.mark ?? ''
      return row.map((cell, at) =>
        at === column && mark !== '' && !isPair(cell) ? { ...decorated(cell), mark } : cell,
      )
    }),
  }
  return paired(starred, style)
}

/** The metrics to show for compared groups: the tested one first, unless others are requested. */
export function comparedMetrics(
  first: GroupSummary,
  comparison: GroupComparison | undefined,
  style: FigureStyle = {},
): string[] {
  const usual = shownMetrics(first, style)
  if (!comparison || style.columns || usual.includes(comparison.metric)) return usual
  return [comparison.metric, ...usual]
}
