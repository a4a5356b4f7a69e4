/** Groups of runs side by side, for `compare` and `demo`. */
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../errors.js'
import { writeContentSafely } from '../files.js'
import { largestClass } from '../metrics/classification.js'
import {
  compareGroups,
  type GroupComparison,
  type GroupTest,
} from '../metrics/significance/compare-groups.js'
import type { ComparedRun, ComparisonContent } from '../report/pages/comparison/content.js'
import { describeMetric } from '../report/pages/metric.js'
import { classTable } from '../report/tables/classes.js'
import { renderTable } from '../report/tables/render.js'
import { significanceTable } from '../report/tables/significance.js'
import { decorated, type Table } from '../report/tables/table.js'
import type { RunConfig } from '../train/config.js'
import type { RunFolder } from '../train/run-folder.js'
import type { Task } from '../train/task.js'
import { suggest } from '../validation.js'
import { version } from '../version.js'
import type { RunGroup } from './runs.js'
import {
  type GroupSummary,
  mainMetrics,
  nameOfData,
  summariseGroup,
  summaryTable,
} from './summaries.js'

/**
 * The figures of each group.
 *
 * @throws LimbicError if they are not of the same data and task: such figures say nothing together
 */
export function summariseGroups(
  groups: readonly RunGroup[],
  split: 'valid' | 'test',
): GroupSummary[] {
  const summaries = groups.map((group) => summariseGroup(group, split))
  const [first] = summaries
  const essence = ({ dataset, task }: GroupSummary) =>
    `${nameOfData(dataset)}, ${dataset.samples[split]} samples to ${split}, ${task.kind}`
  for (const other of summaries) {
    if (!first || essence(first) === essence(other)) continue
    throw new LimbicError('runs of different data cannot be compared', {
      where: other.path,
      expected: `${essence(first)} as in ${first.path}`,
      got: essence(other),
    })
  }
  const [firstGroup] = groups
  for (const other of groups) {
    if (!firstGroup || samplesOf(firstGroup, split) === samplesOf(other, split)) continue
    throw new LimbicError(`the samples to ${split} are not the same`, {
      where: other.path,
      expected: `those of ${firstGroup.path}`,
      hint: 'Only runs on the very same samples can be compared',
    })
  }
  const names = summaries.map(({ name }) => name)
  return summaries.map((summary) =>
    names.filter((name) => name === summary.name).length > 1
      ? { ...summary, name: summary.path }
      : summary,
  )
}

/** Which samples figures are of, with what was true of them. */
function samplesOf({ runs }: RunGroup, split: 'valid' | 'test'): string {
  const [first] = runs
  return JSON.stringify(first?.readPredictions(split).map(({ id, truth }) => [id, truth]))
}

/**
 * Runs that were named one by one but differ in seed or fold alone become one group; groups that
 * were folders stay as they are.
 */
export function joinSingles(groups: readonly RunGroup[]): RunGroup[] {
  const joined: RunGroup[] = []
  const homes = new Map<string, number>()
  for (const group of groups) {
    const [only, ...others] = group.runs
    const essence = only && others.length === 0 ? essenceOf(only.readConfig()) : undefined
    const home = essence === undefined ? undefined : homes.get(essence)
    const host = home === undefined ? undefined : joined[home]
    if (home === undefined || !host || !only || holds(host, only)) {
      if (essence !== undefined && home === undefined) homes.set(essence, joined.length)
      joined.push(group)
    } else {
      // Named after what they have in common, rather than after the first of them.
      const path = host.runs.length > 1 ? host.path : dirname(resolve(host.path))
      joined[home] = { path, name: basename(path), runs: [...host.runs, only] }
    }
  }
  return joined
}

/** What runs of one group have in common. */
function essenceOf({ seed: _, threads: __, ...config }: RunConfig): string {
  return JSON.stringify(config, (key, value: unknown) => (key === 'fold' ? undefined : value))
}

function holds({ runs }: RunGroup, run: RunFolder): boolean {
  const keyOf = (one: RunFolder) => {
    const config = one.readConfig()
    return `${foldOf(config)} ${config.seed}`
  }
  return runs.some((one) => keyOf(one) === keyOf(run))
}

const foldPlace = z.looseObject({ split: z.looseObject({ fold: z.int().optional() }).optional() })

/** Which fold a run was tested on, where its data were divided into folds. */
function foldOf({ data }: RunConfig): number | undefined {
  return foldPlace.safeParse(data).data?.split?.fold
}

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
  const metric = given ?? mainMetrics(first.task)[0] ?? 'loss'
  const known = Object.keys(first.runs[0] ?? {})
  if (!known.includes(metric)) {
    throw new LimbicError(`there is no metric "${metric}"`, {
      where: '--metric',
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
): Table {
  const [first] = summaries
  if (!first || !comparison) return summaryTable(summaries, split)
  const { metric } = comparison
  const usual = mainMetrics(first.task)
  const metrics = usual.includes(metric) ? usual : [metric, ...usual]
  const table = summaryTable(summaries, split, metrics)
  const column = table.columns.length - metrics.length + metrics.indexOf(metric)
  return {
    ...table,
    rows: table.rows.map((row, index) => {
      const mark = comparison.figures[index]?.mark ?? ''
      return row.map((cell, at) =>
        at === column && mark !== '' ? { ...decorated(cell), mark } : cell,
      )
    }),
  }
}

/** What figures are of, for captions that may be read alone. */
export function dataOf([first]: readonly GroupSummary[], split: 'valid' | 'test'): string {
  return first ? `${nameOfData(first.dataset)}, ${split} split` : `${split} split`
}

/** What the page of a comparison is made from. */
function pageContent(
  title: string,
  groups: readonly RunGroup[],
  summaries: readonly GroupSummary[],
  split: 'valid' | 'test',
  comparison: GroupComparison | undefined,
): ComparisonContent {
  const [first] = summaries
  if (!first) throw new LimbicError('there are no runs to compare')
  const { dataset, task } = first
  const usual = mainMetrics(task)
  const tested = comparison && !usual.includes(comparison.metric) ? [comparison.metric] : []
  return {
    title,
    dataName: dataset.name,
    synthetic: dataset.synthetic,
    splitName: split,
    groups: groups.map((group, index) => ({
      name: summaries[index]?.name ?? group.name,
      runs: group.runs.map((run) => comparedRun(run, task, split)),
    })),
    metricsShown: [...tested, ...usual],
    ...(comparison && { comparisons: [comparison] }),
    ...(task.kind === 'classification' && { classNames: task.classNames }),
    lossName: lossName(task),
    facts: [
      [
        'Samples',
        `${dataset.samples.train} / ${dataset.samples.valid} / ${dataset.samples.test} (train / valid / test)`,
      ],
      ...summaries.map(
        ({ name, parameters, model }) =>
          [`Model of ${name}`, `${model}, ${parameters.toLocaleString('en')} parameters`] as const,
      ),
      ...dataset.notes.map((note) => ['About the data', note] as const),
      ['Limbic', version],
    ],
  }
}

/** Writes the page of a comparison as one file: tables, bars, learning curves, predictions. */
export async function writeComparison(
  path: string,
  title: string,
  groups: readonly RunGroup[],
  summaries: readonly GroupSummary[],
  split: 'valid' | 'test',
  comparison = testGroups(groups, summaries),
): Promise<void> {
  // Charts take a second to load: only who wants a page waits for them.
  const { comparisonPage } = await import('../report/pages/comparison/page.js')
  const page = await comparisonPage(pageContent(title, groups, summaries, split, comparison))
  writeContentSafely(path, page.html)
}

/**
 * Writes a comparison to a folder, for a publication to take from: `report.html`, every figure as
 * SVG under `figures`, and its tables as `table.md`, `table.tex` (booktabs) and `table.csv`, with
 * `significance.csv` and a file for each metric of classes, such as `classes-f1.csv`, beside it.
 *
 * @returns the files' names, the page last
 */
export async function writeComparisonFolder(
  folder: string,
  title: string,
  groups: readonly RunGroup[],
  summaries: readonly GroupSummary[],
  split: 'valid' | 'test',
  comparison: GroupComparison | undefined,
): Promise<string[]> {
  const [{ comparisonPage }, { classFigures }] = await Promise.all([
    import('../report/pages/comparison/page.js'),
    import('../report/pages/comparison/classes.js'),
  ])
  const content = pageContent(title, groups, summaries, split, comparison)
  const page = await comparisonPage(content)
  const tables: (readonly [name: string, table: Table])[] = [
    ['table', starredTable(summaries, comparison, split)],
    ...(comparison
      ? [['significance', significanceTable(comparison, dataOf(summaries, split))] as const]
      : []),
    ...classFigures(content).map(
      (figures) => [`classes-${figures.metric}`, classTable(figures)] as const,
    ),
  ]
  const all = (format: 'markdown' | 'latex') =>
    tables.map(([, table]) => renderTable(table, format)).join('\n')
  const files = new Map<string, string>()
  for (const [name, table] of tables) files.set(`${name}.csv`, renderTable(table, 'csv'))
  files.set('table.md', all('markdown'))
  files.set('table.tex', all('latex'))
  for (const [figure, svg] of page.figures) files.set(join('figures', `${figure}.svg`), svg)
  // The page last: once it is there, all is.
  files.set('report.html', page.html)
  for (const [file, text] of files) writeContentSafely(join(folder, file), text)
  return [...files.keys()]
}

function comparedRun(run: RunFolder, task: Task, split: 'valid' | 'test'): ComparedRun {
  const metrics = Object.entries(run.readResults()[split])
  const lines = run.readPredictions(split)
  const config = run.readConfig()
  const fold = foldOf(config)
  return {
    seed: config.seed,
    ...(fold !== undefined && { fold }),
    metrics: Object.fromEntries(metrics.map(([name, value]) => [name, value ?? Number.NaN])),
    epochs: run.readEpochs(),
    ...(task.kind === 'regression' && {
      predictions: lines.map(({ prediction }) => prediction[0] ?? Number.NaN),
    }),
    ...(task.kind === 'classification' && {
      predictions: largestClass(
        lines.flatMap(({ prediction }) => prediction),
        task.classNames.length,
      ),
    }),
    ...(task.kind !== 'multilabel' && {
      truths: lines.map(({ truth }) => truth[0] ?? Number.NaN),
    }),
  }
}

function lossName(task: Task): string {
  switch (task.kind) {
    case 'regression':
      return task.loss === 'l1' ? 'Mean absolute error' : 'Mean squared error'
    case 'classification':
      return 'Cross entropy'
    case 'multilabel':
      return 'Binary cross entropy'
  }
}
