/** `limbic train`: trains one model on one data set, with one or more seeds. */

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
import { isRemote } from '../../remote/address.js'
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
import { addQueue, handoutOf, type QueueOptions, queueHelp } from '../flags/queue.js'
import { interruptible } from '../terminal/interrupt.js'
import {
  failureOfAll,
  failuresOf,
  reportFailures,
  reportHandedOut,
  reportStop,
} from '../terminal/outcomes.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import { introduce, readWorkers, type TrainingRequest, trainRuns } from '../terminal/training.js'
import { type Planned, planOne, planSeeds } from '../training/plan.js'
import { amendedCells, amendmentOf, engineOf, refuseBesideResume } from '../training/resume.js'
import { refuseUnused } from '../training/unused.js'

interface Options extends TerminalOptions, ModelFileOptions, QueueOptions {
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
    .argument('[model]', `the model to train: ${models.map(({ name }) => name).join(', ')}`)
    .option('--config <file>', 'YAML file with any of the settings below; flags override it')
    .option('--out <folder>', 'where to write the run (default: runs/MODEL-DATA-NUMBER)')
    .option('--seed <number>', 'random seed for parameters, batches and dropout (default: 0)')
    .option('--seeds <count>', 'train this many seeds, starting at --seed, in FOLDER/seed-NUMBER')
    .option(
      '--workers <count>',
      `how many seeds to train in parallel (default: ${availableParallelism()})`,
    )
    .option(
      '--resume <folder>',
      'resume the runs in a folder with their own configuration; see below',
    )
  addQueue(command, 'the runs')
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
  $ limbic train mesm --from runs/faces --parts face.cnn --data clips

Repeat the command to resume a run that was stopped by Ctrl-C or a power cut: it continues after its
last finished epoch and ends with bit-identical weights. Several seeds train in parallel, each with
its share of the cores unless --threads is given.

With --resume, --epochs and --patience extend the training, even of a complete run; --data and
--vectors give the new location of files that have moved; --threads and --provider change the
runtime. With --from, training starts from the best weights of another run, wherever parameters have
the same name and shape; the model and its settings are taken from that run unless given. With --parts,
only the named parts start from it, and the rest from scratch.

${queueHelp}`,
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
      throw new LimbicError('no such file', {
        where: options.config,
        hint: 'Check the path',
      })
    }
    if (options.from !== undefined) sourceRun(options.from)
    else if (given.parts !== undefined && inFile === undefined) {
      throw new LimbicError('parts of no run', {
        where: '--parts',
        hint: 'Name the run that they start from with --from',
      })
    }
    if (model === undefined && inFile === undefined && inRun === undefined) {
      throw new LimbicError('no model given', {
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
    await start(terminal, config, options, given)
  })
}

async function start(
  terminal: Terminal,
  config: RunConfig,
  options: Options,
  given: Tree,
): Promise<void> {
  const { out, seeds } = options
  const count = seeds === undefined ? undefined : readCount('--seeds', seeds, 1, 10_000)
  const workers = readWorkers(options)
  const dataset = await openData(config.data)
  introduce(terminal, factsOfData(dataset))
  const planned = closeOnFailure(dataset, () => {
    refuseUnused(config, dataset, given)
    return count === undefined
      ? planOne(config, dataset, out)
      : planSeeds(config, dataset, count, out)
  })
  return train(terminal, planned, dataset, { workers, queue: handoutOf(options) })
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
  if (!isSynthetic(data) && !isRemote(data.path) && !existsSync(data.path)) {
    throw new LimbicError("the run's data cannot be found", {
      where: data.path,
      hint: 'Give its new location with --data PATH',
    })
  }
  const dataset = await openData(data)
  introduce(terminal, factsOfData(dataset))
  return train(terminal, { folder, cells }, dataset, { workers, queue: handoutOf(options) })
}

/** @param dataset is closed here, immediately if several processes open it themselves */
function train(
  terminal: Terminal,
  { folder, cells }: Planned,
  dataset: Dataset,
  given: Pick<TrainingRequest, 'workers' | 'queue'>,
): Promise<void> {
  if (cells.length === 1 && !given.queue) return finish(terminal, folder, cells, { dataset })
  // No longer needed in this process, and perhaps large.
  dataset.close()
  return finish(terminal, folder, cells, given)
}

async function finish(
  terminal: Terminal,
  folder: string,
  cells: readonly Cell[],
  given: Pick<TrainingRequest, 'dataset' | 'workers' | 'queue'>,
): Promise<void> {
  const outcomes = await interruptible((signal) =>
    trainRuns(terminal, cells, { ...given, each: true, signal }),
  )
  if (given.queue?.detach) return reportHandedOut(terminal, folder, cells, outcomes)
  sumUp(terminal, folder, outcomes)
}

function sumUp(terminal: Terminal, folder: string, outcomes: readonly CellOutcome[]): void {
  const inState = (state: CellOutcome['state']) =>
    outcomes.flatMap((outcome) => (outcome.state === state ? [outcome.cell] : []))
  const stopped = inState('stopped')
  if (stopped.length > 0) {
    const label = stopped.map((cell) => cell.label).join(', ')
    const sentence = `Stopped; repeat the command to resume, or run: limbic train --resume ${shellWord(folder)}`
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
  terminal.print(`Results: ${folder}`)
  reportFailures(outcomes)
}

/**
 * The model and settings of the run whose weights the new one starts from; nothing if the models
 * differ.
 */
function likeRun({ model, settings }: RunConfig, asked: string | undefined): Tree {
  return asked === undefined || asked === model ? { model, settings } : {}
}
