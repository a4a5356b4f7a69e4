/** Starts a run: checks model, data and folder, and writes the first files. */
import { LimbicError } from '../../base/errors.js'
import { type Dataset, namedFeatures, type Split } from '../../data/dataset.js'
import { factsOfData } from '../../data/facts.js'
import {
  fitStandardisation,
  type Standardisation,
  standardiseDataset,
} from '../../data/prepare/standardise/standardise.js'
import type { RunConfig } from '../../learn/config.js'
import { checkMonitor } from '../../learn/monitor.js'
import type { RunDescription } from '../../learn/records.js'
import { learns, planStages } from '../../learn/stages.js'
import { checkDataset, widthsFor, widthsOf } from '../../learn/step/features.js'
import { checkRates, predictionGraph } from '../../learn/step/graphs.js'
import type { ConfiguredModel, Widths } from '../../models/define/model.js'
import { chooseTask } from '../../task/choose.js'
import type { KnownTask } from '../../task/kinds.js'
import { continueEnvironment } from '../files/environment.js'
import type { RunFolder } from '../folder.js'
import { takeWeights } from '../from.js'
import {
  isModelFile,
  loadedFile,
  openModel,
  rememberModelFile,
  requireUnchanged,
} from '../model-file/index.js'
import { bringSource } from '../remote/from.js'
import { difference, sameRun, sorted } from '../same-run.js'
import { fingerprintOf, firstDifference } from './fingerprint.js'
import { givenWeights } from './given-weights.js'
import { checkMemory } from './memory.js'
import type { Parts, RunRequest } from './request.js'
import { checkBatches } from './step-memory.js'
import { encoderWeights } from './text-encoder.js'

/** Checks that model, data and folder fit, and writes the files that identify the run. */
export async function begin(
  request: RunRequest,
  folder: RunFolder,
  resumed: boolean,
): Promise<Parts> {
  const { config } = request
  if (resumed) requireUnchanged(config.model, folder.readDescription().modelDigest, folder.path)
  const model = openModel(config.model, resumed ? folder.path : undefined).configure(
    config.settings,
  )
  const task = chooseTask(request.dataset, config.data, config.training)
  checkDataset(request.dataset, model)
  const standardisation = config.data.standardise
    ? resumed
      ? folder.readStandardisation()
      : await fitStandardisation(standardised(request.dataset.splits.train, model))
    : undefined
  const dataset = standardisation
    ? standardiseDataset(request.dataset, standardisation)
    : request.dataset
  const widths = widthsFor(model, widthsOf(dataset.splits.train))
  checkMonitor(config.training.monitor, task, dataset)
  // Mismatches are found before anything is written.
  const prediction = predictionGraph(model, widths, task)
  const { parameters } = prediction
  checkMemory(parameters, config.model)
  const plans = planStages(model, config.training)
  const from =
    config.from === undefined || resumed
      ? undefined
      : takeWeights(await bringSource(config.from), parameters, config.parts)
  const taken = from?.weights ?? (config.from === undefined ? new Map() : folder.readInitial())
  const encoder = folder.readEpochs().length === 0 ? encoderWeights(model) : new Map()
  const words = await givenWeights(model, task, config.data)
  const given = new Map([...encoder, ...taken, ...words])
  for (const { stage, training } of plans) {
    const learning = parameters.filter(({ name, trainable }) => trainable && learns(stage, name))
    checkRates(learning, training.rates)
  }
  checkBatches({ model, widths, task, dataset, plans, prediction })
  const description = {
    ...describeRun(config, dataset, widths, task),
    fingerprint: await fingerprintOf(request.dataset, model, task),
    ...(from && { beginning: from.beginning }),
  }
  const shapes = new Map(parameters.map(({ name, shape }) => [name, shape]))
  if (from) folder.writeInitial(from.weights, shapes, config.model)
  if (resumed) {
    checkSameData(folder, description)
    continueEnvironment(folder, config.threads)
  } else beginRun(folder, config, description, standardisation)
  rememberModelFile(config.model)

  const session = { provider: config.provider, ...(config.threads && { threads: config.threads }) }
  return {
    request,
    model,
    widths,
    task,
    dataset,
    folder,
    session,
    parameters,
    given,
    ...(from && { beginning: from.beginning }),
  }
}

/** A split with those features alone whose numbers a model does not want as they are. */
function standardised(
  { features }: Pick<Split, 'features'>,
  { inputs }: ConfiguredModel,
): Pick<Split, 'features'> {
  const raw = inputs.flatMap((input) => (input.raw ? [input.name] : []))
  const others = namedFeatures(features).filter(([name]) => !raw.includes(name))
  return { features: Object.fromEntries(others) }
}

/**
 * The configuration that this run started with; undefined if it starts now.
 *
 * @throws LimbicError if the folder holds another one
 */
export function prepareFolder(folder: RunFolder, config: RunConfig): RunConfig | undefined {
  if (!folder.exists) {
    const foreign = folder.foreignFile()
    if (foreign === undefined) return undefined
    throw new LimbicError('the folder contains something other than a run', {
      where: folder.path,
      expected: 'a new folder, an empty folder or a run folder',
      got: `a folder with ${foreign}`,
      hint: 'Choose another folder',
    })
  }
  const before = folder.readConfig()
  if (!sameRun(before, config)) {
    // A failed start is not a run: the corrected command may use the same folder.
    if (folder.untrained) return undefined
    throw new LimbicError('the folder contains another run', {
      where: folder.path,
      ...difference(config, before),
      hint: 'Choose another folder, or delete this one',
    })
  }
  return before
}

function describeRun(
  config: RunConfig,
  dataset: Dataset,
  widths: Widths,
  task: KnownTask,
): RunDescription {
  const { notes, ...facts } = factsOfData(dataset)
  return {
    model: config.model,
    ...(isModelFile(config.model) && { modelDigest: loadedFile(config.model).digest }),
    widths,
    task,
    dataset: { ...facts, notes: [...notes] },
  }
}

/** @throws LimbicError if the data has changed since the run started */
function checkSameData(folder: RunFolder, now: RunDescription): void {
  const before = folder.readDescription()
  const facts = ({ widths, task, dataset: { samples } }: RunDescription) =>
    JSON.stringify(sorted({ features: widths, samples, task: task.spec }))
  const changed = (expected: string, got: string) =>
    new LimbicError('the data has changed since the run started', {
      where: folder.path,
      expected,
      got,
      hint: 'Train in another folder, or restore the data',
    })
  if (facts(before) !== facts(now)) throw changed(facts(before), facts(now))
  if (!before.fingerprint || !now.fingerprint) return
  const part = firstDifference(before.fingerprint, now.fingerprint)
  if (part !== undefined) throw changed(`the ${part} that it was trained on`, 'others')
}

function beginRun(
  folder: RunFolder,
  config: RunConfig,
  description: RunDescription,
  standardisation: Standardisation | undefined,
): void {
  if (standardisation) folder.writeStandardisation(standardisation)
  folder.writeDescription(description)
  folder.writeEnvironment(config.threads)
  // Written last: its presence means that everything above exists.
  folder.writeConfig(config)
}
