/** What runs came to, over their seeds. */

import { basename, join, resolve } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { nameOfData } from '../data/name.js'
import { writeContentSafely } from '../disk/files.js'
import type { RunDescription } from '../learn/records.js'
import { type Summary, summarise } from '../metrics/summary.js'
import { describeMetric } from '../report/metric.js'
import { markBest, type Table } from '../report/tables/table.js'
import { type RunGroup, requireComplete } from '../runs/find.js'
import { RunFolder } from '../runs/folder.js'
import type { Cell } from '../sweep/cell.js'
import type { Task } from '../task/task.js'

/** The figures of one group of runs on one split. */
export interface GroupSummary {
  readonly name: string
  readonly path: string
  readonly model: string
  readonly seeds: readonly number[]
  readonly parameters: number
  readonly dataset: RunDescription['dataset']
  readonly task: Task
  /** Every metric of every seed, null where it is not defined. */
  readonly runs: readonly Readonly<Record<string, number | null>>[]
}

/** @throws LimbicError if a run is not complete */
export function summariseGroup(group: RunGroup, split: 'valid' | 'test' = 'test'): GroupSummary {
  const complete = group.runs.map(requireComplete)
  const [first] = complete
  if (!first) throw new LimbicError('there are no runs', { where: group.path })
  const { model, dataset, task } = first.readDescription()
  return {
    name: group.name,
    path: group.path,
    model,
    seeds: complete.map((run) => run.readConfig().seed),
    parameters: first.readResults().parameters,
    dataset,
    task,
    runs: complete.map((run) => run.readResults()[split]),
  }
}

/** The mean and deviation of one metric over a group's seeds. */
function metricOver(runs: GroupSummary['runs'], metric: string): Summary {
  return summarise(runs.map((run) => run[metric] ?? Number.NaN))
}

/**
 * One row a group, one column a metric: mean ± deviation over seeds, the best of each marked where
 * there is something to compare.
 *
 * @param shown names of metrics; the task's main ones unless given
 */
export function summaryTable(
  groups: readonly GroupSummary[],
  split = 'test',
  shown?: readonly string[],
): Table {
  const [first] = groups
  if (!first) throw new LimbicError('there are no runs to compare')
  const metrics = shown ?? first.task.metrics
  const table: Table = {
    caption: `${nameOfData(first.dataset)}, ${split} split, ${describeSeeds(groups)}`,
    columns: [
      { header: 'Run' },
      { header: 'Parameters' },
      ...metrics.map((metric) => ({ header: describeMetric(metric).label, digits: 3 })),
    ],
    rows: groups.map(({ name, parameters, runs }) => [
      name,
      parameters,
      ...metrics.map((metric) => metricOver(runs, metric)),
    ]),
  }
  if (groups.length < 2) return table
  return metrics.reduce((marked, metric, index) => {
    const { better } = describeMetric(metric)
    return better ? markBest(marked, index + 2, better) : marked
  }, table)
}

/** The figures for machines: each run's, and mean and deviation of each metric. */
export function summaryRecord(summary: GroupSummary, split = 'test'): Record<string, unknown> {
  const { runs, seeds, dataset, name, model, parameters } = summary
  const metrics = Object.keys(runs[0] ?? {})
  return {
    name,
    model,
    parameters,
    data: { name: dataset.name, synthetic: dataset.synthetic },
    split,
    seeds,
    metrics: Object.fromEntries(
      metrics.map((metric) => {
        const { mean, deviation } = metricOver(runs, metric)
        const values = runs.map((run) => run[metric] ?? null)
        return [metric, { mean: orNull(mean), deviation: orNull(deviation), values }]
      }),
    ),
  }
}

/** The runs of a list, side by side. */
export function groupOf(folder: string, runs: readonly Cell[]): RunGroup {
  const name = basename(resolve(folder))
  return { path: folder, name, runs: runs.map((run) => new RunFolder(run.folder)) }
}

/** Writes `summary.json` of complete runs: each metric of each seed, mean and deviation. */
export function writeSummary(group: RunGroup): void {
  const content = Object.fromEntries(
    (['valid', 'test'] as const).map((split) => [
      split,
      summaryRecord(summariseGroup(group, split), split),
    ]),
  )
  writeContentSafely(join(group.path, 'summary.json'), `${JSON.stringify(content, null, 2)}\n`)
}

function describeSeeds(groups: readonly GroupSummary[]): string {
  const counts = [...new Set(groups.map(({ seeds }) => seeds.length))].sort()
  if (counts.length > 1) return `mean ± deviation over ${counts.join(' or ')} seeds`
  return counts[0] === 1 ? 'one seed' : `mean ± deviation over ${counts[0]} seeds`
}

/** JSON has no NaN. */
function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
