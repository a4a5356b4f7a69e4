/** `limbic train`: one model, one corpus, one or more seeds. */

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { slug } from '../../base/slug.js'
import { shellWord } from '../../base/text/shell.js'
import { readCount } from '../../base/values.js'
import type { Dataset } from '../../data/dataset.js'
import { closeOnFailure } from '../../disk/files.js'
import { summariseGroup, summaryRecord, summaryTable } from '../../experiments/summaries.js'
import type { RunConfig } from '../../learn/config.js'
import { models } from '../../models/index.js'
import { renderTable } from '../../report/tables/render.js'
import { findRuns } from '../../runs/find.js'
import { RunFolder } from '../../runs/folder.js'
import { consentTo, type ModelFileOptions, openModel } from '../../runs/model-file/index.js'
import { openData } from '../../runs/open-data.js'
import { sameRun } from '../../runs/same-run.js'
import type { Cell } from '../../sweep/cell.js'
import type { CellOutcome } from '../../sweep/run-grid.js'
import {
  clearFailedStart,
  plannedSeeds,
  readPlan,
  runOf,
  samePlan,
  writePlan,
} from '../../sweep/seeds.js'
import { modelOfFile, readConfiguration, runFlags, settingFlags } from '../flags/configuration.js'
import { addFlags, readFlags } from '../flags/flags.js'
import { addModelFile, allowsModelFile, namedModel, valueAfter } from '../flags/named-model.js'
import { interruptible } from '../terminal/interrupt.js'
import { failureOfAll, failuresOf, reportFailures, reportStop } from '../terminal/outcomes.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import {
  groupOf,
  introduce,
  readWorkers,
  type TrainingRequest,
  trainRuns,
  writeSummary,
} from '../terminal/training.js'

interface Options extends TerminalOptions, ModelFileOptions {
  readonly config?: string
  readonly out?: string
  readonly seed?: string
  readonly seeds?: string
  readonly workers?: string
  readonly resume?: string
}

export function define(command: Command, args: readonly string[]): void {
  const file = valueAfter(args, '--config')
  const inFile = file && existsSync(file) ? modelOfFile(file) : undefined
  if (inFile !== undefined && allowsModelFile(args)) consentTo(inFile, 'allowed')
  const named = namedModel(args) ?? (inFile === undefined ? undefined : openModel(inFile, file))
  const settings = named ? settingFlags(named) : []
  addModelFile(withTerminal(command))
    .argument('[model]', `what to train: ${models.map(({ name }) => name).join(', ')}`)
    .option('--config <file>', 'YAML file with any of what the flags say; flags win')
    .option('--out <folder>', 'where to keep the run (default: runs/MODEL-DATA-NUMBER)')
    .option('--seed <number>', 'decides parameters, batches and dropout (default: 0)')
    .option('--seeds <count>', 'train so many seeds, from --seed on, into FOLDER/seed-NUMBER')
    .option('--workers <count>', `seeds at once (default: ${availableParallelism()})`)
    .option('--resume <folder>', "go on with a folder's own configuration")
  if (named) addFlags(command, settings, `Settings of ${named.name}:`)
  for (const [heading, flags] of Object.entries(runFlags)) addFlags(command, flags, heading)
  command.addHelpText(
    'after',
    `${named ? '' : '\nName a model to see its settings: limbic train MODEL --help\n'}
Examples:
  $ limbic train mmlatch --data features.pkl --seeds 5
  $ limbic train mmlatch --data features.pkl --modalities text --names vision=visual
  $ limbic train mmlatch --data synthetic --feedback none --hidden 32 --epochs 20
  $ limbic train --config run.yaml --learning-rate 1e-3 --out runs/faster
  $ limbic train --resume runs/faster

A run that was stopped, by Ctrl-C or by a power cut, goes on from its last finished epoch when
the same command is given again, and comes to the same weights to the last bit. Several seeds train
side by side, each with its share of the cores unless --threads says otherwise.`,
  )
  command.action(async (model: string | undefined, options: Options) => {
    if (model !== undefined) {
      consentTo(model, options.allowModelFile ? 'allowed' : 'named')
      openModel(model)
    }
    const flags = [...settings, ...Object.values(runFlags).flat()]
    const given = readFlags(flags, command.opts())
    const terminal = openTerminal(options)
    if (options.resume !== undefined) {
      refuseBesideResume(model, options, given)
      await resume(terminal, options.resume, options, given)
      return
    }
    if (options.config !== undefined && !existsSync(options.config)) {
      throw new LimbicError('no such file', { where: options.config, hint: 'Check the path' })
    }
    if (model === undefined && inFile === undefined) {
      throw new LimbicError('no model is named', {
        where: options.config ?? 'command line',
        expected: models.map(({ name }) => name).join(' or '),
        hint: 'For example: limbic train mmlatch --data synthetic',
      })
    }
    const seed = options.seed === undefined ? {} : { seed: readCount('--seed', options.seed, 0) }
    const config = readConfiguration(
      { ...given, ...seed, ...(model !== undefined && { model }) },
      options.config,
    )
    await start(terminal, config, options)
  })
}

async function start(terminal: Terminal, config: RunConfig, options: Options): Promise<void> {
  const { out, seeds } = options
  const count = seeds === undefined ? undefined : readCount('--seeds', seeds, 1, 10_000)
  const workers = readWorkers(options)
  const dataset = await openData(config.data)
  introduce(terminal, dataset)
  const planned = closeOnFailure(dataset, () =>
    count === undefined ? planOne(config, dataset, out) : planSeeds(config, dataset, count, out),
  )
  return train(terminal, planned, dataset, workers)
}

/** What is to be trained, and the folder of all of it. */
interface Planned {
  readonly folder: string
  readonly cells: readonly Cell[]
}

function planOne(config: RunConfig, dataset: Dataset, out: string | undefined): Planned {
  const folder = out ?? freeFolder(config, dataset, (path) => holdsRun(path, config))
  if (!holdsRun(folder, config)) clearFailedStart(folder)
  if (readPlan(folder)) throw otherRuns(folder, 'Say how many with --seeds, or choose')
  return { folder, cells: [runOf(folder, config)] }
}

function planSeeds(
  config: RunConfig,
  dataset: Dataset,
  count: number,
  out: string | undefined,
): Planned {
  const seeds = Array.from({ length: count }, (_, k) => config.seed + k)
  const plan = { config, seeds }
  const holdsPlan = (path: string) => {
    const before = readPlan(path)
    return before !== undefined && samePlan(before, plan)
  }
  const folder = out ?? freeFolder(config, dataset, holdsPlan)
  if (!holdsPlan(folder)) clearFailedStart(folder)
  if (existsSync(folder) && !holdsPlan(folder) && holdsSomething(folder)) {
    throw otherRuns(folder, 'Choose')
  }
  // Seeds that were asked for before are still to come when the folder goes on.
  const all = [...new Set([...(readPlan(folder)?.seeds ?? []), ...seeds])]
  writePlan(folder, { config, seeds: all.sort((one, other) => one - other) })
  return { folder, cells: plannedSeeds(folder, plan) }
}

async function resume(
  terminal: Terminal,
  folder: string,
  options: Options,
  engine: Readonly<Record<string, unknown>>,
): Promise<void> {
  const workers = readWorkers(options)
  const plan = readPlan(folder)
  const cells = (
    plan
      ? plannedSeeds(folder, plan)
      : findRuns(folder).runs.map((run) => runOf(run.path, run.readConfig()))
  ).map((cell) => ({ ...cell, config: { ...cell.config, ...engine } }))
  for (const { config } of options.allowModelFile ? cells : []) consentTo(config.model, 'allowed')
  const [first] = cells
  if (!first) throw new Error(`a plan without seeds in ${folder}`)
  const dataset = await openData(first.config.data)
  introduce(terminal, dataset)
  return train(terminal, { folder, cells }, dataset, workers)
}

/** @param dataset is closed: at once, where several processes open it for themselves */
function train(
  terminal: Terminal,
  { folder, cells }: Planned,
  dataset: Dataset,
  workers: number | undefined,
): Promise<void> {
  if (cells.length === 1) return finish(terminal, folder, cells, { dataset })
  // Of no more use here, and perhaps large.
  dataset.close()
  return finish(terminal, folder, cells, { workers })
}

async function finish(
  terminal: Terminal,
  folder: string,
  cells: readonly Cell[],
  given: Pick<TrainingRequest, 'dataset' | 'workers'>,
): Promise<void> {
  const outcomes = await interruptible((signal) =>
    trainRuns(terminal, cells, { ...given, each: true, signal }),
  )
  sumUp(terminal, folder, outcomes)
}

function sumUp(terminal: Terminal, folder: string, outcomes: readonly CellOutcome[]): void {
  const inState = (state: CellOutcome['state']) =>
    outcomes.flatMap((outcome) => (outcome.state === state ? [outcome.cell] : []))
  const stopped = inState('stopped')
  if (stopped.length > 0) {
    const label = stopped.map((cell) => cell.label).join(', ')
    const sentence = `Stopped; the same command goes on from here, or: limbic train --resume ${shellWord(folder)}`
    reportStop(terminal, { label, folder }, sentence)
    return
  }
  const complete = inState('complete')
  if (complete.length === 0) throw failureOfAll(failuresOf(outcomes))
  const group = groupOf(folder, complete)
  if (readPlan(folder)) writeSummary(group)
  const summary = summariseGroup(group)
  terminal.record({ event: 'summary', folder, ...summaryRecord(summary) })
  terminal.show(renderTable(summaryTable([summary]), 'text'))
  terminal.print(`Kept in ${folder}`)
  reportFailures(outcomes)
}

/** The first of runs/MODEL-DATA-1, -2, ... that is free or holds this very thing. */
function freeFolder(
  { model }: RunConfig,
  { name }: Dataset,
  holdsThis: (path: string) => boolean,
): string {
  for (let number = 1; ; number++) {
    const path = join('runs', `${openModel(model).name}-${slug(name)}-${number}`)
    if (!existsSync(path) || holdsThis(path)) return path
  }
}

function holdsRun(path: string, config: RunConfig): boolean {
  const folder = new RunFolder(path)
  return folder.exists && sameRun(folder.readConfig(), config)
}

function holdsSomething(path: string): boolean {
  return readPlan(path) !== undefined || new RunFolder(path).exists
}

function otherRuns(folder: string, advice: string): LimbicError {
  return new LimbicError('this folder holds other runs', {
    where: folder,
    hint: `${advice} another folder, or remove this one`,
  })
}

/** `training.epochs` of `{ training: { epochs: 3 } }`. */
function firstPath(key: string, value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return key
  const [first] = Object.entries(value)
  return first ? `${key}.${firstPath(...first)}` : key
}

/** Only how fast a run is computed may change when it goes on. */
function refuseBesideResume(
  model: string | undefined,
  { config, out, seed, seeds }: Options,
  given: Readonly<Record<string, unknown>>,
): void {
  const superfluous = [
    model,
    config && '--config',
    out && '--out',
    seed && '--seed',
    seeds && '--seeds',
    ...Object.entries(given)
      .filter(([key]) => key !== 'threads' && key !== 'provider')
      .map(([key, value]) => firstPath(key, value)),
  ].find((what) => what !== undefined)
  if (superfluous === undefined) return
  throw new LimbicError('a run goes on with its own configuration', {
    where: '--resume',
    got: superfluous,
    hint: 'Leave it out, or start another run',
  })
}
