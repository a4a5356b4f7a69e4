/** How far the differences of groups can be trusted. */

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

/** How groups are held against one another. */
export interface ComparisonOptions {
  /** The metric that is tested; the first of the task's main ones unless given. */
  readonly metric?: string
  /** By pairs where every group has the same seeds unless given. */
  readonly test?: GroupTest
  /** Name of a group; the best unless given. */
  readonly against?: string
}

/**
 * How far the differences of groups in one metric can be trusted; undefined of a single group.
 *
 * @throws LimbicError if the metric or the group is not there, or the test does not fit the seeds
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
  // A lone group has nothing to stand against, but a name that is not there is still a mistake.
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

/** The metrics that are shown of compared groups: the tested one first, unless others are requested. */
export function comparedMetrics(
  first: GroupSummary,
  comparison: GroupComparison | undefined,
  style: FigureStyle = {},
): string[] {
  const usual = shownMetrics(first, style)
  if (!comparison || style.columns || usual.includes(comparison.metric)) return usual
  return [comparison.metric, ...usual]
}
