/** `limbic reproduce`: a published table, or one of Limbic's own, on given data. */
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import type { Tree } from '../../base/merge.js'
import { count } from '../../base/text/words.js'
import { readCount } from '../../base/values.js'
import { splitConfig } from '../../data/prepare/split/index.js'
import { planExperiment } from '../../experiments/plan.js'
import { experimentNames, findExperiment, type NamedExperiment } from '../../experiments/read.js'
import type { ExperimentRequest } from '../../experiments/request.js'
import { dataConfig, runConfig, syntheticConfig, trainingConfig } from '../../learn/config.js'
import { renderTable } from '../../report/tables/render.js'
import { consentTo, type ModelFileOptions } from '../../runs/model-file/index.js'
import { withFeatures } from '../extracting/raw-data.js'
import { readRecipe } from '../extracting/recipe.js'
import { type FigureOptions, figuresHelp, readStyle, withFigures } from '../flags/figures.js'
import { addFlags, type Flag, flagsOf, readFlags } from '../flags/flags.js'
import { addModelFile } from '../flags/named-model.js'
import { addQueue, handoutOf, type QueueOptions, queueHelp } from '../flags/queue.js'
import { settingsOf } from '../flags/settings.js'
import { listExperiments, listRows } from '../terminal/experiments.js'
import { interruptible } from '../terminal/interrupt.js'
import { reportFailures, reportHandedOut, reportStop } from '../terminal/outcomes.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import { introduce, readWorkers, trainRuns } from '../terminal/training.js'

interface Options extends TerminalOptions, ModelFileOptions, FigureOptions, QueueOptions {
  readonly data?: readonly string[]
  readonly seeds?: string
  readonly folds?: string
  readonly rows?: string
  readonly recipe?: string
  readonly set?: readonly string[]
  readonly out?: string
  readonly workers?: string
  readonly list?: boolean
}

/** The keys of a run's configuration that may be set for all rows at once. */
const flags: Readonly<Record<string, readonly Flag[]>> = {
  'Data:': flagsOf(dataConfig, { path: ['data'], omit: ['path', 'target'] }),
  'Splitting the data:': flagsOf(splitConfig, {
    path: ['data', 'split'],
    prefix: 'divide-',
    rename: { kind: 'divide' },
    omit: ['fold', 'folds'],
  }),
  'Synthetic data (with --data synthetic):': flagsOf(syntheticConfig, {
    path: ['data', 'synthetic'],
    prefix: 'synthetic-',
    omit: ['task'],
  }),
  'Training:': flagsOf(trainingConfig, { path: ['training'] }),
  'Runtime:': flagsOf(runConfig, { omit: ['model', 'settings', 'data', 'training', 'seed'] }),
}

export function define(command: Command): void {
  addModelFile(withTerminal(command))
    .argument('[experiment]', 'name of an experiment, or path of a YAML file that defines one')
    .option(
      '--data <path...>',
      'the data, or "synthetic"; several paths are the folds of one corpus',
    )
    .option('--out <folder>', 'where to write the runs (default: runs/EXPERIMENT-DATA-NUMBER)')
    .option(
      '--workers <count>',
      `how many runs to train in parallel (default: ${availableParallelism()})`,
    )
    .option(
      '--recipe <name>',
      "features to extract if --data is a folder of recordings (default: the experiment's)",
    )
    .option('--seeds <count>', "number of seeds to train (default: the experiment's)")
    .option('--folds <count>', 'number of cross-validation folds')
    .option('--set <key=value...>', 'override a setting in every model that has it')
    .option('--rows <names>', 'only rows whose names start with one of these, separated by commas')
    .option('--list', 'list the experiments, or the rows of one, without training')
  addQueue(command, 'the runs')
  for (const [heading, group] of Object.entries(flags)) addFlags(command, group, heading)
  withFigures(command)
  command.addHelpText(
    'after',
    `
Trains every row of a table, --workers runs at a time, and prints the published figures, the
reproduced ones and the differences. Also writes report.html, table.csv, table.md and table.tex
next to the runs. Repeat the command to resume after an interruption; complete runs are not repeated.

${queueHelp}

${figuresHelp}

Examples:
  $ limbic reproduce --list
  $ limbic reproduce mmlatch-table-2 --data mosei.pkl
  $ limbic reproduce voices --data RAVDESS --recipe selfcross
  $ limbic reproduce selfcross-table-1 --data fold1 fold2 fold3 fold4 fold5 --rows self,cross
  $ limbic reproduce synthetic-sarcasm
  $ limbic reproduce mmlatch-table-1 --data synthetic --seeds 1 --epochs 2`,
  )
  command.action(async (name: string | undefined, options: Options) => {
    const terminal = openTerminal(options)
    if (name === undefined && options.list) return listExperiments(terminal)
    if (name === undefined) {
      throw new LimbicError('no experiment given', {
        where: 'command line',
        expected: experimentNames().join(' or '),
      })
    }
    const named = findExperiment(name)
    for (const { model } of options.allowModelFile ? named.experiment.rows : []) {
      if (model !== undefined) consentTo(model, 'allowed')
    }
    if (options.list) return listRows(terminal, named)
    await reproduce(
      terminal,
      named,
      options,
      readFlags(Object.values(flags).flat(), command.opts()),
    )
  })
}

async function reproduce(
  terminal: Terminal,
  named: NamedExperiment,
  options: Options,
  given: Tree,
): Promise<void> {
  const workers = readWorkers(options)
  const queue = handoutOf(options)
  const data = await dataOf(terminal, named, options)
  if (data === 'stopped') return
  const plan = await planExperiment(named, requestOf({ ...options, ...(data && { data }) }), given)
  for (const data of plan.data) introduce(terminal, data)
  for (const { id, why } of plan.leftOut) terminal.note(`Skipping ${id}: ${why}`)
  const { folder, cells, leftOut } = plan
  terminal.note(
    `${count(plan.rows, 'row')}, ${count(cells.length, 'run')}, in ${folder}` +
      (leftOut.length > 0 ? `; ${count(leftOut.length, 'row')} skipped` : ''),
  )
  const outcomes = await interruptible((signal) =>
    trainRuns(terminal, cells, { workers, queue, each: false, signal }),
  )
  if (queue?.detach) return reportHandedOut(terminal, folder, cells, outcomes)
  if (outcomes.some(({ state }) => state === 'stopped')) {
    const missing = outcomes.filter(({ state }) => state !== 'complete').length
    const sentence = `Stopped with ${missing} runs left; repeat the command to resume`
    return reportStop(terminal, { folder, missing }, sentence)
  }
  const { cells: figures, table, warnings, remarks, report } = await plan.report(outcomes)
  for (const cell of figures) terminal.record({ event: 'cell', ...cell })
  terminal.show(renderTable(table, 'text').trimEnd())
  for (const text of [...warnings, ...remarks]) terminal.print('', text)
  terminal.print('', `Results: ${folder}; report: ${report}`)
  reportFailures(outcomes)
}

/** The data given, with features instead of recordings; those of an experiment with a recipe may be recordings. */
async function dataOf(
  terminal: Terminal,
  { experiment: { data: usual } }: NamedExperiment,
  { data, recipe: name = usual.recipe, out }: Options,
): Promise<readonly string[] | 'stopped' | undefined> {
  if (!data || name === undefined) return data
  const recipe = readRecipe(name, usual.modalities?.join(','))
  const home = join(out === undefined ? 'runs' : dirname(resolve(out)), 'features')
  const paths: string[] = []
  for (const path of data) {
    const features = await withFeatures(terminal, path, recipe, home)
    if (features === undefined) return 'stopped'
    paths.push(features)
  }
  return paths
}

function requestOf({ data, seeds, folds, rows, set, out, ...options }: Options): ExperimentRequest {
  return {
    ...(data && { data }),
    ...(seeds !== undefined && { seeds: readCount('--seeds', seeds, 1, 10_000) }),
    ...(folds !== undefined && { folds: readCount('--folds', folds, 2, 10_000) }),
    ...(rows !== undefined && { rows: rows.split(',') }),
    ...(out !== undefined && { out }),
    settings: settingsOf(set),
    style: readStyle(options),
  }
}
