/** Writes a comparison as a page, and as files for a publication. */

import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { nameOfData } from '../../data/name.js'
import { writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import type { GroupComparison } from '../../metrics/significance/compare-groups.js'
import type { ComparedRun, ComparisonContent } from '../../report/pages/comparison/content.js'
import { classTable } from '../../report/tables/classes.js'
import { renderTable } from '../../report/tables/render.js'
import { significanceTable } from '../../report/tables/significance.js'
import { scaled } from '../../report/tables/style.js'
import type { Table } from '../../report/tables/table.js'
import type { RunGroup } from '../../runs/find.js'
import type { RunFolder } from '../../runs/folder.js'
import type { Task } from '../../task/task.js'
import type { FigureStyle, GroupSummary } from '../summaries.js'
import { foldOf } from './groups.js'
import { machinesOfGroups } from './machines.js'
import { comparedMetrics, starredTable, testGroups } from './significance.js'

/** What the figures are for, in captions that may be read alone. */
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
  style: FigureStyle,
): ComparisonContent {
  const [first] = summaries
  if (!first) throw new LimbicError('no runs to compare')
  const { dataset, task } = first
  return {
    title,
    dataName: dataset.name,
    synthetic: dataset.synthetic,
    splitName: split,
    groups: groups.map((group, index) => ({
      name: summaries[index]?.name ?? group.name,
      runs: group.runs.map((run) => comparedRun(run, summaries[index]?.task ?? task, split)),
    })),
    metricsShown: comparedMetrics(first, comparison, style),
    style,
    ...(comparison && { comparisons: [comparison] }),
    ...(task.chart?.classNames && { classNames: task.chart.classNames }),
    lossName: task.lossName,
    facts: [
      [
        'Samples',
        `${dataset.samples.train} / ${dataset.samples.valid} / ${dataset.samples.test} (train / valid / test)`,
      ],
      ...summaries.map(
        ({ name, parameters, model }) =>
          [`Model of ${name}`, `${model}, ${parameters.toLocaleString('en')} parameters`] as const,
      ),
      ...machinesOfGroups(groups).map((machine) => ['Made on', machine] as const),
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
  style: FigureStyle = {},
): Promise<void> {
  // Charts take a second to load, so only those who want a page wait for them.
  const { comparisonPage } = await import('../../report/pages/comparison/page.js')
  const page = await comparisonPage(pageContent(title, groups, summaries, split, comparison, style))
  writeContentSafely(path, page.html)
}

/**
 * Writes a comparison to a folder, for a publication: `report.html`, every figure as
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
  style: FigureStyle = {},
): Promise<string[]> {
  const [{ comparisonPage }, { classFigures }] = await Promise.all([
    import('../../report/pages/comparison/page.js'),
    import('../../report/pages/comparison/classes.js'),
  ])
  const content = pageContent(title, groups, summaries, split, comparison, style)
  const page = await comparisonPage(content)
  const tables: (readonly [name: string, table: Table])[] = [
    ['table', starredTable(summaries, comparison, split, style)],
    ...(comparison
      ? [
          [
            'significance',
            scaled(significanceTable(comparison, dataOf(summaries, split)), style),
          ] as const,
        ]
      : []),
    ...classFigures(content).map(
      (figures) => [`classes-${figures.metric}`, scaled(classTable(figures), style)] as const,
    ),
  ]
  const all = (format: 'markdown' | 'latex') =>
    tables.map(([, table]) => renderTable(table, format)).join('\n')
  const files = new Map<string, string>()
  for (const [name, table] of tables) files.set(`${name}.csv`, renderTable(table, 'csv'))
  files.set('table.md', all('markdown'))
  files.set('table.tex', all('latex'))
  for (const [figure, svg] of page.figures) files.set(join('figures', `${figure}.svg`), svg)
  // The page comes last: once it exists, so does everything else.
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
    ...(task.chart && {
      predictions: task.chart.predictions(
        Float32Array.from(lines.flatMap(({ prediction }) => prediction)),
      ),
      truths: lines.map(({ truth }) => truth[0] ?? Number.NaN),
    }),
  }
}
