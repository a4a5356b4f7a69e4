/** `limbic train`: one model, one corpus, one or more seeds. */

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import type { Tree } from '../../base/merge.js'
import { shellWord } from '../../base/text/shell.js'
import { readCount } from '../../base/values.js'
import type { Dataset } from '../../data/dataset.js'
import { factsOfData } from '../../data/facts.js'
import { closeOnFailure } from '../../disk/files.js'
import {
  groupOf,
  summariseGroup,
  summaryRecord,
  summaryTable,
  writeSummary,
} from '../../experiments/summaries.js'
import type { RunConfig } from '../../learn/config.js'
import { models } from '../../models/index.js'
import { renderTable } from '../../report/tables/render.js'
import { sourceRun } from '../../runs/from.js'
import { consentTo, type ModelFileOptions, openModel } from '../../runs/model-file/index.js'
import { isSynthetic, openData } from '../../runs/open-data.js'
import type { Cell } from '../../sweep/cell.js'
import type { CellOutcome } from '../../sweep/run-grid.js'
import { readPlan } from '../../sweep/seeds.js'
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
import { introduce, readWorkers, type TrainingRequest, trainRuns } from '../terminal/training.js'
import { type Planned, planOne, planSeeds } from '../training/plan.js'
import { amendedCells, amendmentOf, engineOf, refuseBesideResume } from '../training/resume.js'

interface Options extends TerminalOptions, ModelFileOptions {
  readonly config?: string
  readonly out?: string
  readonly seed?: string
  readonly seeds?: string
  readonly workers?: string
  readonly resume?: string
  readonly from?: string
}

export function define(command: Command, args: readonly string[]): void {
  const file = valueAfter(args, '--config')
  const inFile = file && existsSync(file) ? modelOfFile(file) : undefined
  if (inFile !== undefined && allowsModelFile(args)) consentTo(inFile, 'allowed')
  const source = valueAfter(args, '--from')
  const before = source !== undefined && existsSync(source) ? sourceRun(source) : undefined
  const inRun = before?.readConfig().model
  if (inRun !== undefined && allowsModelFile(args)) consentTo(inRun, 'allowed')
  const named =
    namedModel(args) ??
    (inFile !== undefined
      ? openModel(inFile, file)
      : inRun !== undefined
        ? openModel(inRun, before?.path)
        : undefined)
  const settings = named ? settingFlags(named) : []
  addModelFile(withTerminal(command))
    .argument('[model]', `what to train: ${models.map(({ name }) => name).join(', ')}`)
    .option('--config <file>', 'YAML file with any of what the flags say; flags win')
    .option('--out <folder>', 'where to keep the run (default: runs/MODEL-DATA-NUMBER)')
    .option('--seed <number>', 'decides parameters, batches and dropout (default: 0)')
    .option('--seeds <count>', 'train so many seeds, from --seed on, into FOLDER/seed-NUMBER')
    .option('--workers <count>', `seeds at once (default: ${availableParallelism()})`)
    .option('--resume <folder>', "go on with a folder's own configuration; see below")
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
  $ limbic train --resume runs/faster --epochs 200 --patience 20
  $ limbic train --from runs/faster --data other.pkl --learning-rate 1e-4

A run that was stopped, by Ctrl-C or by a power cut, goes on from its last finished epoch when
the same command is given again, and comes to the same weights to the last bit. Several seeds train
side by side, each with its share of the cores unless --threads says otherwise.

Beside --resume, --epochs and --patience let a run train on, also one that is complete, --data and
--vectors say where its files lie now, and --threads and --provider what computes it. With --from a
run begins with the best weights of another, wherever parameters have the same name and shape; model
and settings are those of the other unless given.`,
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
    if (options.from !== undefined) sourceRun(options.from)
    if (model === undefined && inFile === undefined && inRun === undefined) {
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
      before ? likeRun(before.readConfig(), model ?? inFile) : {},
    )
    await start(terminal, config, options)
  })
}

async function start(terminal: Terminal, config: RunConfig, options: Options): Promise<void> {
  const { out, seeds } = options
  const count = seeds === undefined ? undefined : readCount('--seeds', seeds, 1, 10_000)
  const workers = readWorkers(options)
  const dataset = await openData(config.data)
  introduce(terminal, factsOfData(dataset))
  const planned = closeOnFailure(dataset, () =>
    count === undefined ? planOne(config, dataset, out) : planSeeds(config, dataset, count, out),
  )
  return train(terminal, planned, dataset, workers)
}

async function resume(
  terminal: Terminal,
  folder: string,
  options: Options,
  given: Tree,
): Promise<void> {
  const workers = readWorkers(options)
  const cells = amendedCells(folder, amendmentOf(given)).map((cell) => ({
    ...cell,
    config: { ...cell.config, ...engineOf(given) },
  }))
  for (const { config } of options.allowModelFile ? cells : []) consentTo(config.model, 'allowed')
  const [first] = cells
  if (!first) throw new Error(`a plan without seeds in ${folder}`)
  const { data } = first.config
  if (!isSynthetic(data) && !existsSync(data.path)) {
    throw new LimbicError('the data of the run are not there', {
      where: data.path,
      hint: 'Say where they lie now with --data PATH',
    })
  }
  const dataset = await openData(data)
  introduce(terminal, factsOfData(dataset))
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

/** Model and settings of a run, for one that begins with its weights; of another model, nothing. */
function likeRun({ model, settings }: RunConfig, asked: string | undefined): Tree {
  return asked === undefined || asked === model ? { model, settings } : {}
}
