/** `limbic reproduce`: a table of a document, or one of our own, on given data. */
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import type { Tree } from '../../base/merge.js'
import type { Dataset } from '../../data/dataset.js'
import { splitConfig } from '../../data/prepare/split/index.js'
import { type ConfiguredRow, configureRows } from '../../experiments/configure.js'
import { factsOf } from '../../experiments/facts.js'
import { figuresOf, outcomesByRow, type RowOutcome } from '../../experiments/figures.js'
import { measuredColumns, whyNot } from '../../experiments/fit.js'
import { freeFolder, keepPlan } from '../../experiments/folder.js'
import { experimentNames, findExperiment, type NamedExperiment } from '../../experiments/read.js'
import { describeChanges, remarksOn, warningsOn } from '../../experiments/remarks.js'
import {
  chosenRows,
  type ExperimentRequest,
  foldsOf,
  isWanted,
  pathsOf,
  seedsOf,
  settingsOf,
  undivided,
} from '../../experiments/request.js'
import { experimentTable, writeExperiment } from '../../experiments/table.js'
import { dataConfig, runConfig, syntheticConfig, trainingConfig } from '../../learn/config.js'
import { renderTable } from '../../report/tables/render.js'
import { consentTo, type ModelFileOptions } from '../../runs/model-file/index.js'
import { openData } from '../../runs/open-data.js'
import { planCells } from '../../sweep/cell.js'
import { addFlags, type Flag, flagsOf, readFlags } from '../flags/flags.js'
import { addModelFile } from '../flags/named-model.js'
import { listExperiments, listRows } from '../terminal/experiments.js'
import { interruptible } from '../terminal/interrupt.js'
import { reportFailures, reportStop } from '../terminal/outcomes.js'
import { count } from '../terminal/progress.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import { introduce, readWorkers, trainRuns } from '../terminal/training.js'

interface Options extends ExperimentRequest, TerminalOptions, ModelFileOptions {
  readonly out?: string
  readonly workers?: string
  readonly list?: boolean
}

/** What of a run may be said of all rows at once. */
const flags: Readonly<Record<string, readonly Flag[]>> = {
  'Data:': flagsOf(dataConfig, { path: ['data'], omit: ['path', 'target'] }),
  'Division of the data:': flagsOf(splitConfig, {
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
  'Engine:': flagsOf(runConfig, { omit: ['model', 'settings', 'data', 'training', 'seed'] }),
}

export function define(command: Command): void {
  addModelFile(withTerminal(command))
    .argument('[experiment]', 'its name, or the path of a YAML file of one')
    .option('--data <path...>', 'the data, or "synthetic"; several are the folds of one corpus')
    .option('--out <folder>', 'where to keep the runs (default: runs/EXPERIMENT-DATA-NUMBER)')
    .option('--workers <count>', `runs at once (default: ${availableParallelism()})`)
    .option('--seeds <count>', "train so many seeds; the experiment's unless given")
    .option('--folds <count>', 'divide the data into so many folds, each tested on in turn')
    .option('--set <key=value...>', 'a setting of every model that has it')
    .option('--rows <names>', 'only these rows: beginnings of their names, by commas')
    .option('--list', 'list the experiments, or the rows of one, and do nothing')
  for (const [heading, group] of Object.entries(flags)) addFlags(command, group, heading)
  command.addHelpText(
    'after',
    `
Trains every row of a table, as many runs at once as there are workers, and prints what the document
reports, what we found, and the difference; report.html, table.csv, table.md and table.tex are kept
beside the runs. What was stopped goes on with the same command; complete runs are never run again.

Examples:
  $ limbic reproduce --list
  $ limbic reproduce mmlatch-table-2 --data mosei.pkl
  $ limbic reproduce selfcross-table-1 --data fold1 fold2 fold3 fold4 fold5 --rows self,cross
  $ limbic reproduce synthetic-sarcasm
  $ limbic reproduce mmlatch-table-1 --data synthetic --seeds 1 --epochs 2`,
  )
  command.action(async (name: string | undefined, options: Options) => {
    const terminal = openTerminal(options)
    if (name === undefined && options.list) return listExperiments(terminal)
    if (name === undefined) {
      throw new LimbicError('no experiment is named', {
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
  const { experiment } = named
  const paths = pathsOf(named, options)
  const rows = chosenRows(named, options.rows)
  const settings = settingsOf(options)
  const configured = configureRows(named, paths[0], given, settings).filter(({ row }) =>
    isWanted(row, rows),
  )
  const seeds = seedsOf(named, options)
  const folds = foldsOf(named, options, paths, configured)
  const workers = readWorkers(options)

  const { dataset, unfit } = await checkData(terminal, configured)
  const columns = measuredColumns(experiment, dataset)
  const why = new Map<string, RowOutcome>(unfit)
  for (const [id, outcome] of unfit) terminal.note(`${id} is left out: ${outcome.why}`)
  const fit = configured.filter(({ id }) => !why.has(id))
  if (fit.length === 0) {
    throw new LimbicError('no row of the experiment can be trained on these data', {
      where: dataset.name,
      got: [...unfit]
        .map(([id, outcome]) => `${id}: ${outcome.why}`)
        .slice(0, 1)
        .join(),
      hint: `It is made for ${experiment.data.name}`,
    })
  }

  const folder = options.out ?? freeFolder(named.name, dataset.name, configured)
  keepPlan(folder, configured)
  const cells = planCells({ folder, rows: fit, seeds, ...(folds && { folds }) })
  terminal.note(
    `${count(fit.length, 'row')}, ${count(cells.length, 'run')}, in ${folder}` +
      (fit.length < configured.length
        ? `; ${count(configured.length - fit.length, 'row')} left out`
        : ''),
  )
  const outcomes = await interruptible((signal) =>
    trainRuns(terminal, cells, { workers, each: false, signal }),
  )
  if (outcomes.some(({ state }) => state === 'stopped')) {
    const missing = outcomes.filter(({ state }) => state !== 'complete').length
    const sentence = `Stopped with ${missing} runs to come; the same command goes on from here`
    return reportStop(terminal, { folder, missing }, sentence)
  }

  const changes = describeChanges(named, { ...given, settings }, seeds, options.folds)
  const outcome = {
    ...{ named, rows, data: dataset },
    cells: figuresOf(experiment, rows, columns, new Map([...outcomesByRow(outcomes), ...why])),
    warnings: warningsOn(experiment, dataset, columns, changes),
    remarks: remarksOn(experiment, dataset),
    facts: factsOf(named, dataset, { seeds, folds, changes, outcomes }),
  }
  const table = experimentTable(outcome)
  const { report } = writeExperiment(folder, outcome, table)
  for (const cell of outcome.cells) terminal.record({ event: 'cell', ...cell })
  terminal.show(renderTable(table, 'text').trimEnd())
  for (const text of [...outcome.warnings, ...outcome.remarks]) terminal.print('', text)
  terminal.print('', `Kept in ${folder}; report: ${report}`)
  reportFailures(outcomes)
}

/** Opens the data of every row, and says which rows they cannot fill. */
async function checkData(
  terminal: Terminal,
  rows: readonly ConfiguredRow[],
): Promise<{ dataset: Dataset; unfit: Map<string, { why: string }> }> {
  const opened = new Map<string, Dataset>()
  try {
    const unfit = new Map<string, { why: string }>()
    for (const row of rows) {
      const data = undivided(row.config.data)
      const key = JSON.stringify(data)
      const dataset = opened.get(key) ?? (await openData(data))
      if (!opened.has(key)) introduce(terminal, dataset)
      opened.set(key, dataset)
      const why = whyNot(row, dataset)
      if (why !== undefined) unfit.set(row.id, { why })
    }
    const [first] = opened.values()
    if (!first) throw new LimbicError('none of these rows is trained', { where: '--rows' })
    return { dataset: first, unfit }
  } finally {
    for (const dataset of opened.values()) dataset.close()
  }
}
