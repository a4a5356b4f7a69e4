/** Groups of runs side by side, for `compare` and `demo`. */
import { LimbicError } from '../errors.js'
import { writeContentSafely } from '../files.js'
import { largestClass } from '../metrics/classification.js'
import type { ComparedRun } from '../report/pages/comparison/content.js'
import type { RunFolder } from '../train/run-folder.js'
import type { Task } from '../train/task.js'
import { version } from '../version.js'
import type { RunGroup } from './runs.js'
import { type GroupSummary, mainMetrics, nameOfData, summariseGroup } from './summaries.js'

/**
 * The figures of each group.
 *
 * @throws LimbicError if they are not of the same data and task: such figures say nothing together
 */
export function compareGroups(
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

/** Writes the page of a comparison: tables, bars, learning curves, predictions. */
export async function writeComparison(
  path: string,
  title: string,
  groups: readonly RunGroup[],
  summaries: readonly GroupSummary[],
  split: 'valid' | 'test',
): Promise<void> {
  const [first] = summaries
  if (!first) throw new LimbicError('there are no runs to compare')
  const { dataset, task } = first
  // Charts take a second to load: only who wants a page waits for them.
  const { comparisonPage } = await import('../report/pages/comparison/page.js')
  const page = await comparisonPage({
    title,
    dataName: dataset.name,
    synthetic: dataset.synthetic,
    splitName: split,
    groups: groups.map((group, index) => ({
      name: summaries[index]?.name ?? group.name,
      runs: group.runs.map((run) => comparedRun(run, task, split)),
    })),
    metricsShown: mainMetrics(task),
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
  })
  writeContentSafely(path, page.html)
}

function comparedRun(run: RunFolder, task: Task, split: 'valid' | 'test'): ComparedRun {
  const metrics = Object.entries(run.readResults()[split])
  const lines = run.readPredictions(split)
  return {
    seed: run.readConfig().seed,
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
