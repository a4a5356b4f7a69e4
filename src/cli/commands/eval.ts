/** `limbic eval`: a trained model's metrics on its own data or other data. */

import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { isTree, merge } from '../../base/merge.js'
import { validate } from '../../base/schema.js'
import { readChoice } from '../../base/values.js'
import { type Dataset, splitNames } from '../../data/dataset.js'
import { nameOfData } from '../../data/name.js'
import { renumberClasses } from '../../data/prepare/classes/classes.js'
import { type GroupSummary, summaryRecord, summaryTable } from '../../experiments/summaries.js'
import { countTrainable } from '../../graph/inspect.js'
import { type DataConfig, dataConfig } from '../../learn/config.js'
import { checkRecipe } from '../../media/recipes/index.js'
import { renderTable, type TableFormat, tableFormats } from '../../report/tables/render.js'
import { outputsOfRun } from '../../runs/evaluate.js'
import { findRuns } from '../../runs/find.js'
import type { RunFolder } from '../../runs/folder.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import { openData } from '../../runs/open-data.js'
import { checkFits, readRun } from '../../runs/trained.js'
import { targetOf } from '../../task/kinds.js'
import type { Task } from '../../task/task.js'
import { runFlags } from '../flags/configuration.js'
import { type FigureOptions, figuresHelp, readStyle, withFigures } from '../flags/figures.js'
import { addFlags, type Flag, readFlags } from '../flags/flags.js'
import { addModelFile } from '../flags/named-model.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions, ModelFileOptions, FigureOptions {
  readonly split: string
  readonly format: TableFormat
}

/** How data is read may change, but not how it is fed to the model. */
const fixed = ['target', 'standardise', 'vectors']
const dataFlags: Readonly<Record<string, readonly Flag[]>> = Object.fromEntries(
  Object.entries(runFlags)
    .filter(([heading]) => /data/i.test(heading))
    .map(([heading, flags]) => [heading, flags.filter(({ name }) => !fixed.includes(name))]),
)

export function define(command: Command): void {
  addModelFile(withTerminal(command))
    .argument('<run>', 'folder of a run, or of several seeds')
    .option('--split <train|valid|test>', 'which split to use', 'test')
    .option(`--format <${tableFormats.join('|')}>`, 'output format of the table', 'text')
  withFigures(command)
  for (const [heading, flags] of Object.entries(dataFlags)) addFlags(command, flags, heading)
  command.addHelpText(
    'after',
    `
Without --data the run is evaluated on the data set it was trained on. Other data must have the same
features, and is standardised with the statistics of the training data.

${figuresHelp}

Examples:
  $ limbic eval runs/first
  $ limbic eval runs/first --data other.pkl --split test --json`,
  )
  command.action(async (path: string, options: Options) => {
    const terminal = openTerminal(options)
    const split = readChoice('--split', options.split, splitNames)
    const format = readChoice('--format', options.format, tableFormats)
    const style = readStyle(options)
    const { runs, name } = findRuns(path)
    const [first] = runs
    if (!first) throw new LimbicError('no run found', { where: path })
    const config = first.readConfig()
    const given = readFlags(Object.values(dataFlags).flat(), command.opts())
    // The choice that `auto` made in training also applies to data that it would decide differently
    // for.
    const target = targetOf(first.readDescription().task)
    const data = { ...chooseData(config.data, given.data), target }
    const other = data.path !== config.data.path
    // Other data needs only one split.
    const opened = await openData(data, other ? { only: [split] } : {})
    const { classNames } = first.readDescription().task
    const dataset = classNames ? renumberClasses(opened, classNames) : opened
    try {
      if (given.data !== undefined) for (const note of dataset.notes) terminal.note(note)
      const samples = dataset.splits[split]
      const measured: Record<string, number | null>[] = []
      let parameters = 0
      let open = 0
      for (const run of runs) {
        const trained = readRun(run, options)
        const { unfinished, description } = trained
        checkRecipe(description.dataset.recipe, dataset.recipe, dataset.name)
        if (unfinished) terminal.note(`${run.path}: ${describeSoFar(unfinished)}`)
        if (unfinished) open++
        parameters ||= countTrainable(trained.graph.parameters)
        checkFits(trained, dataset, split)
        checkClasses(dataset, trained.task, run)
        const predictions = await outputsOfRun(trained, samples)
        const figures = {
          loss: trained.task.lossValue(predictions, samples.targets),
          ...trained.task.measure(predictions, samples.targets, {
            thresholds: trained.thresholds,
            perClass: true,
          }),
        }
        measured.push(figures)
        terminal.record({
          event: 'run',
          run: run.path,
          seed: run.readConfig().seed,
          data: nameOfData(dataset),
          split,
          ...(unfinished && { unfinished }),
          metrics: figures,
        })
      }
      const { task } = first.readDescription()
      const summary: GroupSummary = {
        name: open > 0 ? `${name} (${open} of ${runs.length} unfinished)` : name,
        path,
        model: config.model,
        task,
        seeds: runs.map((run) => run.readConfig().seed),
        parameters,
        dataset: {
          ...first.readDescription().dataset,
          name: dataset.name,
          synthetic: dataset.synthetic,
        },
        runs: measured,
      }
      terminal.record({ event: 'summary', ...summaryRecord(summary, split) })
      terminal.show(renderTable(summaryTable([summary], split, style), format))
    } finally {
      dataset.close()
    }
  })
}

function chooseData(own: DataConfig, given: unknown): DataConfig {
  if (!isTree(given)) return own
  // Other data is not generated by the run's own settings.
  const { synthetic, ...rest } = own
  const base = given.path === undefined || given.path === own.path ? own : rest
  return validate(dataConfig, merge({ ...base }, given), '--data')
}

/** @throws LimbicError if a class index has another meaning than in training */
function checkClasses(dataset: Dataset, task: Task, run: RunFolder): void {
  const { classNames: trained } = task
  const found = task.namesIn?.(dataset)
  if (!trained || trained.join() === found?.join()) return
  throw new LimbicError('the classes of the data differ from those of the model', {
    where: run.path,
    expected: trained.join(', '),
    got: found?.join(', ') ?? 'none',
  })
}
