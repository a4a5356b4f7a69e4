/** `limbic reproduce`: a table of a document, or one of our own, on given data. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { parse, stringify } from 'yaml'
import { splitConfig } from '../../data/splits/index.js'
import type { Dataset } from '../../data/types.js'
import { LimbicError } from '../../errors.js'
import { readText, writeContentSafely } from '../../files.js'
import { renderTable } from '../../report/tables/render.js'
import {
  type DataConfig,
  dataConfig,
  type RunConfig,
  runConfig,
  syntheticConfig,
  trainingConfig,
} from '../../train/config.js'
import { planCells } from '../../train/grid/cell.js'
import { type CellOutcome, runGrid } from '../../train/grid/run-grid.js'
import { openData } from '../../train/open-data.js'
import { sameRun } from '../../train/run.js'
import { RunFolder } from '../../train/run-folder.js'
import { suggest } from '../../validation.js'
import { type ConfiguredRow, configureRows, merge } from '../experiments/configure.js'
import { figuresOf, outcomesByRow, type RowOutcome } from '../experiments/figures.js'
import { measuredColumns, whyNot } from '../experiments/fit.js'
import { experimentNames, findExperiment, type NamedExperiment } from '../experiments/read.js'
import { describeChanges, remarksOn, warningsOn } from '../experiments/remarks.js'
import { type ExperimentRow, rowId, rowTitle, slug } from '../experiments/schema.js'
import { experimentTable, writeExperiment } from '../experiments/table.js'
import { exitCodes } from '../failure.js'
import { addFlags, type Flag, flagsOf, readFlags } from '../flags.js'
import { watchGrid } from '../grid-progress.js'
import { interruptible } from '../interrupt.js'
import { count } from '../progress.js'
import { nameOfData } from '../summaries.js'
import { openTerminal, type Terminal, type TerminalOptions, withTerminal } from '../terminal.js'
import { introduce } from '../training.js'
import { readCount } from '../values.js'

interface Options extends TerminalOptions {
  readonly data?: readonly string[]
  readonly out?: string
  readonly workers?: string
  readonly seeds?: string
  readonly folds?: string
  readonly rows?: string
  readonly set?: readonly string[]
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
  withTerminal(
    command
      .argument('[experiment]', 'its name, or the path of a YAML file of one')
      .option('--data <path...>', 'the data, or "synthetic"; several are the folds of one corpus')
      .option('--out <folder>', 'where to keep the runs (default: runs/EXPERIMENT-DATA-NUMBER)')
      .option('--workers <count>', `runs at once (default: ${availableParallelism()})`)
      .option('--seeds <count>', "train so many seeds; the experiment's unless given")
      .option('--folds <count>', 'divide the data into so many folds, each tested on in turn')
      .option('--set <key=value...>', 'a setting of every model that has it')
      .option('--rows <names>', 'only these rows: beginnings of their names, by commas')
      .option('--list', 'list the experiments, or the rows of one, and do nothing'),
  )
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
  given: Readonly<Record<string, unknown>>,
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
  const workers =
    options.workers === undefined ? undefined : readCount('--workers', options.workers, 1)

  const { dataset, unfit } = await checkData(terminal, configured)
  const columns = measuredColumns(experiment, dataset)
  const why = new Map<string, RowOutcome>(unfit)
  for (const [id, outcome] of unfit) terminal.note(`${id} is left out: ${outcome.why}`)
  const fit = configured.filter(({ id }) => !why.has(id))

  const folder = options.out ?? freeFolder(named.name, dataset.name, configured)
  keepPlan(folder, configured)
  const cells = planCells({ folder, rows: fit, seeds, ...(folds && { folds }) })
  const begun = performance.now()
  const progress = watchGrid(terminal, cells.length)
  terminal.note(
    `${count(fit.length, 'row')}, ${count(cells.length, 'run')}, in ${folder}` +
      (fit.length < configured.length
        ? `; ${count(configured.length - fit.length, 'row')} left out`
        : ''),
  )
  const outcomes = await interruptible((signal) =>
    runGrid({ cells, watcher: progress, signal, ...(workers !== undefined && { workers }) }),
  ).finally(() => progress.close())
  if (outcomes.some(({ state }) => state === 'stopped')) {
    const missing = outcomes.filter(({ state }) => state !== 'complete').length
    terminal.record({ event: 'stopped', folder, missing })
    process.stderr.write(
      `Stopped with ${missing} runs to come; the same command goes on from here\n`,
    )
    process.exitCode = exitCodes.interrupted
    return
  }

  const changes = describeChanges(named, { ...given, settings }, seeds, options.folds)
  const seconds = (performance.now() - begun) / 1000
  const outcome = {
    ...{ named, rows, data: dataset },
    cells: figuresOf(experiment, rows, columns, new Map([...outcomesByRow(outcomes), ...why])),
    warnings: warningsOn(experiment, dataset, columns, changes),
    remarks: remarksOn(experiment, dataset),
    facts: factsOf(named, dataset, { seeds, folds, changes, outcomes, seconds }),
  }
  const table = experimentTable(outcome)
  const { report } = writeExperiment(folder, outcome, table)
  for (const cell of outcome.cells) terminal.record({ event: 'cell', ...cell })
  terminal.print(renderTable(table, 'text').trimEnd())
  for (const text of [...outcome.warnings, ...outcome.remarks]) terminal.print(`\n${text}`)
  terminal.print(`\nKept in ${folder}; report: ${report}`)
  reportFailures(outcomes)
}

/** The data's paths; several are folds. @throws LimbicError if there are none */
function pathsOf(
  { experiment: { data } }: NamedExperiment,
  { data: given = [] }: Options,
): readonly [string, ...string[]] {
  const [first = data.path, ...rest] = given
  if (first === undefined) {
    throw new LimbicError('no data are named', {
      where: 'command line',
      expected: data.about === undefined ? data.name : `${data.name} (${data.about})`,
      hint: 'Say which with --data PATH, or --data synthetic for generated ones',
    })
  }
  return [first, ...rest]
}

/** `--set hidden=8 rates.text=1e-3` as a part of a configuration; values are YAML. */
function settingsOf({ set = [] }: Options): Record<string, unknown> {
  return set.reduce<Record<string, unknown>>((before, given) => {
    const [, path, value] = /^([^=]+)=(.*)$/.exec(given) ?? []
    if (path === undefined || value === undefined) {
      throw new LimbicError('this sets nothing', {
        where: '--set',
        expected: 'key=value, such as hidden=8',
        got: `"${given}"`,
      })
    }
    const leaf: unknown = parse(value)
    const tree = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), leaf)
    return { ...merge(before, tree as Record<string, unknown>) }
  }, {})
}

function isWanted(row: ExperimentRow, rows: readonly ExperimentRow[]): boolean {
  return rows.some((chosen) => chosen === row || chosen.best?.of === rowId(row))
}

/** @throws LimbicError for a name that no row begins with */
function chosenRows({ experiment }: NamedExperiment, text: string | undefined): ExperimentRow[] {
  const { rows } = experiment
  if (text === undefined) return rows
  const wanted = text.split(',').map((name) => name.trim().toLowerCase())
  const names = (row: ExperimentRow) => [rowId(row), rowTitle(row).toLowerCase(), slug(row.label)]
  for (const name of wanted) {
    if (rows.some((row) => names(row).some((known) => known.startsWith(name)))) continue
    throw new LimbicError(`no row begins with "${name}"`, {
      where: '--rows',
      hint: suggest(name, rows.map(rowId)),
    })
  }
  return rows.filter((row) =>
    names(row).some((known) => wanted.some((name) => known.startsWith(name))),
  )
}

function seedsOf({ experiment: { protocol } }: NamedExperiment, { seeds }: Options): number[] {
  const wanted = seeds === undefined ? protocol.seeds : readCount('--seeds', seeds, 1)
  return typeof wanted === 'number' ? Array.from({ length: wanted }, (_, seed) => seed) : wanted
}

/** What each fold changes in a configuration; undefined where the data are divided already. */
function foldsOf(
  { experiment: { protocol } }: NamedExperiment,
  { folds }: Options,
  paths: readonly string[],
  [first]: readonly ConfiguredRow[],
): ((config: RunConfig) => RunConfig)[] | undefined {
  if (paths.length > 1) {
    if (folds !== undefined) {
      throw new LimbicError('several data sets are the folds already', { where: '--folds' })
    }
    return paths.map((path) => (config) => ({
      ...config,
      data: { ...undivided(config.data), path },
    }))
  }
  const kind = first?.config.data.split?.kind
  const usual = kind === 'given' || kind === 'random' ? undefined : protocol.folds
  const count = folds === undefined ? usual : readCount('--folds', folds, 2)
  if (count === undefined) return undefined
  // By speakers where that is said; at random otherwise.
  const inFolds = { kind: kind === 'speakers' ? kind : 'folds', folds: count } as const
  return Array.from({ length: count }, (_, fold) => ({ data, ...config }: RunConfig) => ({
    ...config,
    data: { ...data, split: splitConfig.parse({ ...data.split, ...inFolds, fold }) },
  }))
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
      const dataset = opened.get(key) ?? openData(data)
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

/** The data before they are divided, since a fold is chosen run by run. */
function undivided({ split: _, ...data }: DataConfig): DataConfig {
  return data
}

const planName = 'experiment.yaml'

/** The first of runs/EXPERIMENT-DATA-1, -2, ... that is free or holds these rows. */
function freeFolder(name: string, data: string, rows: readonly ConfiguredRow[]): string {
  for (let number = 1; ; number++) {
    const path = join('runs', `${slug(name)}-${slug(data)}-${number}`)
    if (!existsSync(path) || otherRow(path, rows) === undefined) return path
  }
}

/** Writes down which rows a folder is for. @throws LimbicError if it holds others of their names */
function keepPlan(folder: string, rows: readonly ConfiguredRow[]): void {
  const other = existsSync(folder) ? otherRow(folder, rows) : undefined
  if (other !== undefined) {
    throw new LimbicError(
      other === ''
        ? 'this folder holds something else'
        : `this folder holds another row "${other}"`,
      { where: folder, hint: 'Choose another folder with --out, or remove this one' },
    )
  }
  const plan = Object.fromEntries(rows.map(({ id, config }) => [id, config]))
  writeContentSafely(join(folder, planName), stringify({ ...readPlan(folder), ...plan }))
}

/** The name of a row that a folder has with another configuration; empty if it is of something else. */
function otherRow(folder: string, rows: readonly ConfiguredRow[]): string | undefined {
  const plan = readPlan(folder)
  if (!plan) return new RunFolder(folder).foreignFile() === undefined ? undefined : ''
  return rows.find(({ id, config }) => plan[id] && !sameRun(plan[id], config))?.id
}

function readPlan(folder: string): Record<string, RunConfig> | undefined {
  const path = join(folder, planName)
  if (!existsSync(path)) return undefined
  const value: unknown = parse(readText(path))
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([id, config]) => {
      const read = runConfig.safeParse(config)
      return read.success ? [[id, read.data] as const] : []
    }),
  )
}

function factsOf(
  { name, experiment }: NamedExperiment,
  dataset: Dataset,
  about: {
    readonly seeds: readonly number[]
    readonly folds: readonly unknown[] | undefined
    readonly changes: readonly string[]
    readonly outcomes: readonly CellOutcome[]
    readonly seconds: number
  },
): (readonly [string, string])[] {
  const { source, data, protocol } = experiment
  const { train, valid, test } = dataset.splits
  const { seeds, folds, changes, outcomes } = about
  const failed = outcomes.filter(({ state }) => state === 'failed').length
  return [
    ['Experiment', name],
    ...(source ? [['Document', `${source.document}, ${source.table}`] as const] : []),
    ['Data of the document', data.about ? `${data.name}: ${data.about}` : data.name],
    ['Data of ours', nameOfData(dataset)],
    [
      'Samples of ours',
      `${train.ids.length} / ${valid.ids.length} / ${test.ids.length} (train / valid / test, as the data come)`,
    ],
    ['Seeds', seeds.join(', ')],
    ...(folds ? [['Folds', `${folds.length}`] as const] : []),
    ['Runs', `${outcomes.length}${failed > 0 ? `, of which ${failed} failed` : ''}`],
    ...(protocol.note ? [['Protocol', protocol.note] as const] : []),
    ...changes.map((change) => ['Changed for this table', change] as const),
    ...dataset.notes.map((note) => ['About the data', note] as const),
  ]
}

/** What failed, with its message, and the exit code that it calls for. */
function reportFailures(outcomes: readonly CellOutcome[]): void {
  const failures = outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome] : []))
  if (failures.length === 0) return
  process.stderr.write(`${failures.length} of ${outcomes.length} runs failed:\n`)
  for (const { cell, message } of failures) {
    process.stderr.write(`  ${cell.label}: ${message.replace(/\s*\n\s*/g, ' ')}\n`)
  }
  process.exitCode = 1
}

function listExperiments(terminal: Terminal): void {
  const all = experimentNames().map(findExperiment)
  for (const { name, path, experiment } of all) {
    const { title, source, data } = experiment
    terminal.record({ name, path, title, source, data: data.name })
  }
  terminal.print(
    renderTable(
      {
        columns: [{ header: 'Experiment' }, { header: 'What it is' }, { header: 'Data' }],
        rows: all.map(({ name, experiment }) => [name, experiment.title, experiment.data.name]),
      },
      'text',
    ),
  )
}

function listRows(terminal: Terminal, { experiment }: NamedExperiment): void {
  for (const row of experiment.rows) terminal.record({ id: rowId(row), ...row })
  terminal.print(
    renderTable(
      {
        caption: experiment.title,
        columns: [{ header: 'Row' }, { header: 'What it is' }, { header: 'Model' }],
        rows: experiment.rows.map((row) => [
          rowId(row),
          rowTitle(row),
          row.model ?? row.quoted ?? `the best run of ${row.best?.of}`,
        ]),
      },
      'text',
    ),
  )
}
