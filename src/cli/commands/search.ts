/** `limbic search`: settings of a model, tried out and chosen by validation. */

import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { readChoice, readCount } from '../../base/values.js'
import { factsOfData } from '../../data/facts.js'
import { runSearch, type SearchPlan, type SearchResult } from '../../experiments/search/search.js'
import { readSpace, samplers } from '../../experiments/search/space.js'
import type { RunConfig } from '../../learn/config.js'
import { models } from '../../models/index.js'
import { renderTable } from '../../report/tables/render.js'
import { RunFolder } from '../../runs/folder.js'
import { openData } from '../../runs/open-data.js'
import { readConfiguration, runFlags, settingFlags } from '../flags/configuration.js'
import { addFlags, readFlags } from '../flags/flags.js'
import { namedModel } from '../flags/named-model.js'
import { addQueueOnly, type QueueOptions, readQueue } from '../flags/queue.js'
import { interruptible } from '../terminal/interrupt.js'
import { reportStop } from '../terminal/outcomes.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import { introduce, readWorkers, trainRuns } from '../terminal/training.js'

interface Options extends TerminalOptions, QueueOptions {
  readonly space: string
  readonly out: string
  readonly config?: string
  readonly trials: string
  readonly sampler: string
  readonly firstEpochs?: string
  readonly eta: string
  readonly asynchronous?: boolean
  readonly seed?: string
  readonly workers?: string
}

export function define(command: Command, args: readonly string[]): void {
  const named = namedModel(args)
  const settings = named ? settingFlags(named) : []
  withTerminal(command)
    .argument('<model>', `the model: ${models.map(({ name }) => name).join(', ')}`)
    .requiredOption('--space <file>', 'YAML file of the settings that vary; see below')
    .requiredOption('--out <folder>', 'where to write the trials and the table')
    .option('--config <file>', 'YAML file with the settings that do not vary; flags override it')
    .option('--trials <count>', 'how many points of the space to try', '20')
    .option(`--sampler <${samplers.join('|')}>`, 'how points are chosen', 'sobol')
    .option(
      '--first-epochs <count>',
      'successive halving: train all trials for this many epochs, the best 1/eta of them eta times as long, and so on',
    )
    .option('--eta <number>', 'see --first-epochs', '3')
    .option(
      '--asynchronous',
      'with --first-epochs: a trial goes on as soon as it is among the best, without waiting for the others (ASHA)',
    )
    .option('--seed <number>', 'random seed of the points and of every trial (default: 0)')
    .option('--workers <count>', 'how many trials to train in parallel (default: all cores)')
  addQueueOnly(command, 'the trials')
  if (named) addFlags(command, settings, `Settings of ${named.name}:`)
  for (const [heading, flags] of Object.entries(runFlags)) addFlags(command, flags, heading)
  command.addHelpText(
    'after',
    `
A space names settings of a run by their path, with choices or a range:

  training.learningRate: { min: 1e-5, max: 1e-2, scale: log }
  training.batchSize: { min: 8, max: 64, scale: log, whole: true }
  settings.hidden: [16, 32, 64]

Trials are chosen by validation loss alone; the test set is shown for the chosen one, once. Repeat the
command to resume, or give more --trials to add to them. "Explains" is the share of the variation in
rank that one setting alone accounts for: a hint, not a test.

Examples:
  $ limbic search mmlatch --data features.pkl --space space.yaml --trials 30 --out runs/search
  $ limbic search mmlatch --data features.pkl --space space.yaml --trials 81 --first-epochs 3 --out runs/halved
  $ limbic search mmlatch --data features.pkl --space space.yaml --trials 81 --first-epochs 3 --asynchronous --out runs/asha
  $ limbic search mmlatch --data features.pkl --space space.yaml --out runs/search --queue redis://head:6379`,
  )
  command.action(async (model: string, options: Options) => {
    const terminal = openTerminal(options)
    const flags = [...settings, ...Object.values(runFlags).flat()]
    const seed = options.seed === undefined ? {} : { seed: readCount('--seed', options.seed, 0) }
    const given = { ...readFlags(flags, command.opts()), ...seed, model }
    const config = readConfiguration(given, options.config)
    const workers = readWorkers(options)
    const address = readQueue(options)
    const dataset = await openData(config.data)
    introduce(terminal, factsOfData(dataset))
    dataset.close()
    const queue = address && { address, detach: false }
    const result = await interruptible((signal) =>
      runSearch(options.out, planOf(config, options), (cells, growing) =>
        trainRuns(terminal, cells, { workers, queue, each: false, signal, ...growing }),
      ),
    )
    if (result) return tell(terminal, result)
    const sentence = 'Stopped; repeat the command to resume'
    reportStop(terminal, { folder: options.out }, sentence)
  })
}

function planOf(config: RunConfig, options: Options): SearchPlan {
  const { firstEpochs, asynchronous = false } = options
  if (asynchronous && firstEpochs === undefined) {
    throw new LimbicError('only applies with --first-epochs', {
      where: '--asynchronous',
      hint: 'Say how many epochs the first round has',
    })
  }
  const eta = Number(options.eta)
  if (!(eta >= 1.5)) {
    throw new LimbicError('invalid number', {
      where: '--eta',
      expected: 'at least 1.5',
      got: options.eta,
    })
  }
  return {
    space: readSpace(options.space),
    sampler: readChoice('--sampler', options.sampler, samplers),
    trials: readCount('--trials', options.trials, 1, 100_000),
    config,
    ...(firstEpochs !== undefined && {
      firstEpochs: readCount('--first-epochs', firstEpochs, 1, config.training.epochs),
      eta,
    }),
    ...(asynchronous && { asynchronous }),
  }
}

function tell(terminal: Terminal, { trials, best, importance, table, folder }: SearchResult): void {
  for (const trial of trials) terminal.record({ event: 'trial', ...trial })
  const { test } = new RunFolder(folder).readResults()
  terminal.record({ event: 'best', ...best, folder, importance, test })
  terminal.show(renderTable(table, 'text'))
  for (const [setting, share] of Object.entries(importance)) {
    terminal.print(`${setting} explains ${(100 * share).toFixed(0)} %`)
  }
  const loss = test.loss ?? Number.NaN
  terminal.print(`Best by validation: ${folder}, test loss ${loss.toFixed(4)}`)
}
