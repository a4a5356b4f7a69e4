/** The results of runs, over their seeds. */

import { basename, join, resolve } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { suggest } from '../base/schema.js'
import { nameOfData } from '../data/name.js'
import { writeContentSafely } from '../disk/files.js'
import type { RunDescription } from '../learn/records.js'
import { type Summary, summarise } from '../metrics/summary.js'
import { describeMetric, metricColumn } from '../report/metric.js'
import { paired, scaled, type TableStyle, withPartners } from '../report/tables/style.js'
import { markBest, type Table } from '../report/tables/table.js'
import { type RunGroup, requireComplete } from '../runs/find.js'
import { RunFolder } from '../runs/folder.js'
import type { Cell } from '../sweep/cell.js'
import type { KnownTask } from '../task/kinds.js'

/** The figures of one group of runs on one split. */
export interface GroupSummary {
  readonly name: string
  readonly path: string
  readonly model: string
  readonly seeds: readonly number[]
  readonly parameters: number
  readonly dataset: RunDescription['dataset']
  readonly task: KnownTask
  /** Every metric of every seed, null where it is not defined. */
  readonly runs: readonly Readonly<Record<string, number | null>>[]
}

/** @throws LimbicError if a run is not complete */
export function summariseGroup(group: RunGroup, split: 'valid' | 'test' = 'test'): GroupSummary {
  const complete = group.runs.map(requireComplete)
  const [first] = complete
  if (!first) throw new LimbicError('no runs found', { where: group.path })
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

/** Which figures a table shows, and how they are written. */
export interface FigureStyle extends TableStyle {
  /** Names of metrics, in the order of columns; default: the task's main ones. */
  readonly columns?: readonly string[]
}

/**
 * The metrics to show for runs: those requested, by name or label, or else the task's main ones.
 *
 * @throws LimbicError for one that was not measured
 */
export function shownMetrics(
  { task, runs }: Pick<GroupSummary, 'task' | 'runs'>,
  style: FigureStyle = {},
): string[] {
  const known = Object.keys(runs[0] ?? {})
  const chosen = style.columns?.map((name) => findMetric(name, known, task.metrics)) ?? task.metrics
  return withPartners(chosen, known, style)
}

/**
 * `acc-7` or `Acc7` for `accuracy7`: a metric by its name or its label in tables; if several labels
 * begin with the text, such as `acc-2`, the one that tables show.
 */
function findMetric(wanted: string, known: readonly string[], usual: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9.≥>]/g, '')
  const label = (name: string) => plain(describeMetric(name).label)
  const sought = plain(wanted)
  const found =
    known.find((name) => name === wanted) ??
    known.find((name) => plain(name) === sought || label(name) === sought) ??
    usual.find((name) => sought !== '' && label(name).startsWith(sought))
  if (found !== undefined) return found
  throw new LimbicError(`unknown metric "${wanted}"`, {
    where: '--columns',
    hint: suggest(wanted, known),
  })
}

/**
 * One row per group, one column per metric: mean ± deviation over seeds, the best of each column
 * marked if there is something to compare.
 */
export function summaryTable(
  groups: readonly GroupSummary[],
  split = 'test',
  style: FigureStyle = {},
): Table {
  return paired(unpairedTable(groups, split, style), style)
}

/** The same with its metric columns apart, before the best are marked. */
export function unpairedTable(
  groups: readonly GroupSummary[],
  split: string,
  style: FigureStyle,
): Table {
  const [first] = groups
  if (!first) throw new LimbicError('no runs to compare')
  const metrics = shownMetrics(first, style)
  const table: Table = {
    caption: `${nameOfData(first.dataset)}, ${split} split, ${describeSeeds(groups)}`,
    columns: [
      { header: 'Run' },
      { header: 'Parameters' },
      ...metrics.map((metric) => ({ ...metricColumn(metric), digits: 3 })),
    ],
    rows: groups.map(({ name, parameters, runs }) => [
      name,
      parameters,
      ...metrics.map((metric) => metricOver(runs, metric)),
    ]),
  }
  const written = scaled(table, style)
  if (groups.length < 2) return written
  return metrics.reduce((marked, metric, index) => {
    const { better } = describeMetric(metric)
    return better ? markBest(marked, index + 2, better) : marked
  }, written)
}

/** The figures in machine-readable form: those of each run, and each metric's mean and deviation. */
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
