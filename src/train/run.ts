/** One run: a model, a corpus, a seed, a folder. */
import {
  type Batch,
  BatchBuffers,
  collateBatch,
  planBatches,
  sampleCosts,
} from '../data/batches.js'
import {
  fitStandardisation,
  type Standardisation,
  standardiseDataset,
} from '../data/standardise.js'
import { type Dataset, modalities, type Split, splitNames } from '../data/types.js'
import { LimbicError } from '../errors.js'
import { findModel } from '../models/index.js'
import type { ConfiguredModel, Widths } from '../models/model.js'
import type { SessionOptions } from '../runtime/session.js'
import { type Progress, readCheckpoint, writeCheckpoint } from './checkpoint.js'
import type { RunConfig } from './config.js'
import { afterEpoch, startPlateau } from './plateau.js'
import { Predictor } from './predictor.js'
import {
  type EpochRecord,
  type PredictionLine,
  type RunDescription,
  RunFolder,
  type RunResults,
} from './run-folder.js'
import { batchFeeds, Trainer } from './step.js'
import { chooseTask, lossValue, measure, truthsOf } from './targets.js'
import { outputCount, type Task } from './task.js'

/** What a run tells whoever watches. */
export interface RunWatcher {
  started?(about: {
    parameters: number
    batches: number
    epochs: number
    resumedFrom: number
  }): void
  stepped?(at: {
    epoch: number
    batch: number
    batches: number
    loss: number
    samples: number
  }): void
  finishedEpoch?(record: EpochRecord): void
}

export interface RunRequest {
  readonly config: RunConfig
  readonly dataset: Dataset
  /** Where the run is kept; an interrupted run there goes on, a complete one is given back. */
  readonly folder: string
  readonly watcher?: RunWatcher
  /** Stops the run between two steps; the epoch under way is lost, nothing else. */
  readonly signal?: AbortSignal
}

export type RunOutcome =
  | { readonly state: 'complete'; readonly results: RunResults }
  | { readonly state: 'stopped'; readonly epoch: number }

/** The number of features of each modality of a split. */
export function widthsOf(split: Split): Widths {
  const widths: Partial<Record<(typeof modalities)[number], number>> = {}
  for (const modality of modalities) {
    const source = split.sequences[modality]
    if (source) widths[modality] = source.width
  }
  return widths
}

/**
 * Trains until the validation loss has not fallen for `patience` epochs, then predicts with the
 * best weights. Same configuration (with as many threads) and data, same machine: the same weights
 * to the last bit, whether or not the run was interrupted on the way.
 *
 * @throws LimbicError for data that the model cannot take, a folder of another run, data that
 * changed since the run began, or a loss that is no longer a number
 */
export async function trainRun(request: RunRequest): Promise<RunOutcome> {
  const { config, signal, watcher = {} } = request
  const folder = new RunFolder(request.folder)
  const model = findModel(config.model).configure(config.settings)
  const resumed = prepareFolder(folder, config)
  if (resumed && folder.complete) return { state: 'complete', results: folder.readResults() }

  const task = chooseTask(request.dataset, config.data, config.training)
  checkDataset(request.dataset, model)
  const standardisation = config.data.standardise
    ? resumed
      ? folder.readStandardisation()
      : fitStandardisation(request.dataset.splits.train)
    : undefined
  const dataset = standardisation
    ? standardiseDataset(request.dataset, standardisation)
    : request.dataset
  const widths = pick(widthsOf(dataset.splits.train), model)
  const description = describeRun(config, dataset, widths, task)
  if (resumed) checkSameData(folder, description)
  else beginRun(folder, config, description, standardisation)

  const session = { provider: config.provider, ...(config.threads && { threads: config.threads }) }
  const learner = await Learner.open({ config, model, widths, task, dataset, folder, session })
  try {
    watcher.started?.(learner.about)
    while (!learner.finished) {
      const record = await learner.epoch(watcher, signal)
      if (!record) return { state: 'stopped', epoch: learner.progress.epoch }
      watcher.finishedEpoch?.(record)
    }
    const results = await learner.conclude()
    return { state: 'complete', results }
  } finally {
    await learner.close()
  }
}

/** Whether the folder holds this very run already. @throws LimbicError if it holds another one */
function prepareFolder(folder: RunFolder, config: RunConfig): boolean {
  if (!folder.exists) {
    const foreign = folder.foreignFile()
    if (foreign === undefined) return false
    throw new LimbicError('a folder with something else is in the way', {
      where: folder.path,
      expected: 'a new folder, an empty one or that of a run',
      got: `one that holds ${foreign}`,
      hint: 'Choose another folder',
    })
  }
  const before = folder.readConfig()
  if (!sameRun(before, config)) {
    throw new LimbicError('this folder holds another run', {
      where: folder.path,
      expected: `model ${config.model}, seed ${config.seed}`,
      got: `model ${before.model}, seed ${before.seed}${before.model === config.model ? ', with other settings' : ''}`,
      hint: 'Choose another folder, or remove this one',
    })
  }
  return true
}

/**
 * Whether two configurations compute the same up to the rounding of sums: threads and provider,
 * on which the last bits depend, may differ.
 */
export function sameRun(one: RunConfig, other: RunConfig): boolean {
  const essence = ({ threads: _, provider: __, ...rest }: RunConfig) => JSON.stringify(sorted(rest))
  return essence(one) === essence(other)
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

function pick(widths: Widths, model: ConfiguredModel): Widths {
  return Object.fromEntries(
    model.requires.flatMap((modality) =>
      widths[modality] === undefined ? [] : [[modality, widths[modality]]],
    ),
  )
}

/** @throws LimbicError where the corpus lacks what the model reads */
export function checkDataset(dataset: Dataset, model: ConfiguredModel): void {
  for (const modality of model.requires) {
    if (splitNames.some((name) => dataset.splits[name].sequences[modality] === undefined)) {
      throw new LimbicError(`the data have no ${modality}`, {
        where: dataset.name,
        expected: model.requires.join(', '),
        got: Object.keys(dataset.splits.train.sequences).join(', ') || 'none',
        hint: 'Choose modalities that the data have with --modalities',
      })
    }
  }
  if (model.model.aligned && model.requires.length > 1 && !dataset.aligned) {
    throw new LimbicError(`${model.model.name} needs aligned modalities`, {
      where: dataset.name,
      expected: 'the same number of steps in every modality of a sample',
      hint: 'Align the data first (limbic data align)',
    })
  }
}

function describeRun(
  config: RunConfig,
  dataset: Dataset,
  widths: Widths,
  task: Task,
): RunDescription {
  const { train, valid, test } = dataset.splits
  return {
    model: config.model,
    widths,
    task,
    dataset: {
      name: dataset.name,
      synthetic: dataset.synthetic,
      samples: { train: train.ids.length, valid: valid.ids.length, test: test.ids.length },
      notes: [...dataset.notes],
    },
  }
}

/** @throws LimbicError if the data are no longer those that the run began with */
function checkSameData(folder: RunFolder, now: RunDescription): void {
  const before = folder.readDescription()
  const facts = ({ widths, task, dataset: { samples } }: RunDescription) =>
    JSON.stringify(sorted({ features: widths, samples, task }))
  if (facts(before) === facts(now)) return
  throw new LimbicError('the data have changed since the run began', {
    where: folder.path,
    expected: facts(before),
    got: facts(now),
    hint: 'Train in another folder, or put the data back',
  })
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
  // Last, since its presence says that all of the above is there.
  folder.writeConfig(config)
}

interface LearnerParts {
  readonly config: RunConfig
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly folder: RunFolder
  readonly session: SessionOptions
}

/** The loop's state between epochs. */
class Learner {
  progress: Progress
  readonly #parts: LearnerParts
  readonly #trainer: Trainer
  readonly #predictor: Predictor
  readonly #records: EpochRecord[]
  readonly #costs: Float64Array
  readonly #buffers = new BatchBuffers()

  private constructor(parts: LearnerParts, trainer: Trainer, predictor: Predictor) {
    this.#parts = parts
    this.#trainer = trainer
    this.#predictor = predictor
    this.#costs = sampleCosts(parts.dataset.splits.train, parts.model.requires)
    const fresh: Progress = {
      epoch: 0,
      step: 0,
      plateau: startPlateau(parts.config.training.learningRate),
      bestLoss: null,
      bestEpoch: 0,
      seconds: 0,
    }
    this.progress = readCheckpoint(this.#checkpoint, trainer.state) ?? fresh
    // Lines of an epoch whose checkpoint never came to be are of no account.
    this.#records = parts.folder.readEpochs().filter(({ epoch }) => epoch <= this.progress.epoch)
  }

  static async open(parts: LearnerParts): Promise<Learner> {
    const { config, model, widths, task, session } = parts
    const { weightDecay, clipNorm, rates } = config.training
    const groups = Object.entries(rates).map(([prefix, factor]) => ({ prefix, factor }))
    const optimiser = { weightDecay, groups, ...(clipNorm !== undefined && { clipNorm }) }
    const trainer = await Trainer.open({
      model,
      widths,
      task,
      optimiser,
      seed: config.seed,
      session,
    })
    let predictor: Predictor | undefined
    try {
      predictor = await Predictor.open({ model, widths, task, session })
      return new Learner(parts, trainer, predictor)
    } catch (error) {
      await trainer.close()
      await predictor?.close()
      throw error
    }
  }

  get #checkpoint(): string {
    return this.#parts.folder.file('checkpoint.safetensors')
  }

  get #shapes(): Map<string, readonly number[]> {
    return new Map(this.#trainer.graph.parameters.map(({ name, shape }) => [name, shape]))
  }

  get #parameterCount(): number {
    return this.#trainer.graph.parameters
      .filter(({ trainable }) => trainable)
      .reduce((total, { shape }) => total + shape.reduce((product, size) => product * size, 1), 0)
  }

  get about() {
    const { training } = this.#parts.config
    return {
      parameters: this.#parameterCount,
      batches: Math.ceil(this.#costs.length / training.batchSize),
      epochs: training.epochs,
      resumedFrom: this.progress.epoch,
    }
  }

  get finished(): boolean {
    const { epochs, patience } = this.#parts.config.training
    const { epoch, bestEpoch } = this.progress
    return epoch >= epochs || epoch - bestEpoch >= patience
  }

  /** One epoch and its checkpoint; undefined if it was stopped on the way. */
  async epoch(
    watcher: RunWatcher,
    signal: AbortSignal | undefined,
  ): Promise<EpochRecord | undefined> {
    const { dataset, config, model, task, folder } = this.#parts
    const started = performance.now()
    const epoch = this.progress.epoch + 1
    const { rate } = this.progress.plateau
    const plan = planBatches({
      lengths: this.#costs,
      batchSize: config.training.batchSize,
      shuffle: true,
      seed: config.seed,
      epoch,
    })
    let total = 0
    for (const [index, indices] of plan.entries()) {
      if (signal?.aborted) return undefined
      const batch: Batch = collateBatch(
        dataset.splits.train,
        indices,
        model.requires,
        this.#buffers,
      )
      const { loss } = await this.#trainer.step(batchFeeds(batch, model, task), rate)
      total += loss * batch.size
      watcher.stepped?.({
        epoch,
        batch: index + 1,
        batches: plan.length,
        loss,
        samples: batch.size,
      })
    }
    const weights = this.#trainer.state.snapshot()
    const { valid } = dataset.splits
    const predictions = await this.#predictor.predict(valid, weights)
    const validLoss = lossValue(predictions, valid.targets, task)
    if (!Number.isFinite(validLoss)) {
      throw new LimbicError('the validation loss is no longer a number', {
        where: `epoch ${epoch}`,
        got: String(validLoss),
        hint: 'Lower the learning rate, clip gradients, or standardise the features',
      })
    }
    const best = this.progress.bestLoss === null || validLoss < this.progress.bestLoss
    const seconds = (performance.now() - started) / 1000
    const record: EpochRecord = {
      epoch,
      trainLoss: total / this.#costs.length,
      validLoss,
      rate,
      seconds: Number(seconds.toFixed(3)),
      best,
      metrics: finite(measure(predictions, valid.targets, task)),
    }
    this.#records.push(record)
    const { plateauFactor, plateauPatience, plateauCooldown, plateauFloor } = config.training
    this.progress = {
      epoch,
      step: this.#trainer.state.step,
      plateau: afterEpoch(this.progress.plateau, validLoss, config.training.learningRate, {
        factor: plateauFactor,
        patience: plateauPatience,
        cooldown: plateauCooldown,
        floor: plateauFloor,
      }),
      bestLoss: best ? validLoss : this.progress.bestLoss,
      bestEpoch: best ? epoch : this.progress.bestEpoch,
      seconds: this.progress.seconds + seconds,
    }
    // The checkpoint comes last: until it is there, going on starts from the epoch before.
    if (best) folder.writeWeights(weights, this.#shapes, config.model)
    folder.writeEpochs(this.#records)
    writeCheckpoint(this.#checkpoint, this.#trainer.state, this.progress)
    return record
  }

  /** Predicts with the best weights and completes the folder. */
  async conclude(): Promise<RunResults> {
    const { dataset, folder, task, config } = this.#parts
    const weights = folder.readWeights(this.#shapes)
    const measured: Record<string, Record<string, number | null>> = {}
    for (const name of ['valid', 'test'] as const) {
      const split = dataset.splits[name]
      const predictions = await this.#predictor.predict(split, weights)
      folder.writePredictions(name, predictionLines(split, predictions, task))
      measured[name] = finite({
        loss: lossValue(predictions, split.targets, task),
        ...measure(predictions, split.targets, task),
      })
    }
    const results: RunResults = {
      bestEpoch: this.progress.bestEpoch,
      epochs: this.progress.epoch,
      seconds: Number(this.progress.seconds.toFixed(3)),
      parameters: this.#parameterCount,
      stopped: this.progress.epoch >= config.training.epochs ? 'epochs' : 'patience',
      valid: measured.valid ?? {},
      test: measured.test ?? {},
    }
    folder.writeResults(results)
    return results
  }

  async close(): Promise<void> {
    await this.#trainer.close()
    await this.#predictor.close()
  }
}

/** JSON has no NaN: a metric that is undefined becomes null. */
function finite(metrics: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  )
}

function predictionLines(split: Split, predictions: Float32Array, task: Task): PredictionLine[] {
  const outputs = outputCount(task)
  const truths = truthsOf(split.targets, task)
  const columns = truths.length / split.ids.length
  return split.ids.map((id, sample) => ({
    id,
    prediction: Array.from(predictions.subarray(sample * outputs, (sample + 1) * outputs)),
    truth: Array.from(truths.subarray(sample * columns, (sample + 1) * columns)),
  }))
}
