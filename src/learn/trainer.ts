/** The training loop: epochs, the monitored metric, the best weights, checkpoints. */

import { LimbicError } from '../base/errors.js'
import {
  type Batch,
  BatchBuffers,
  collateBatch,
  cut,
  planBatches,
  sampleCosts,
} from '../data/batch.js'
import type { Dataset, Split } from '../data/dataset.js'
import { droppedModalities, withMissing } from '../data/prepare/missing/missing.js'
import { countTrainable } from '../graph/index.js'
import type { ConfiguredModel, Widths } from '../models/define/model.js'
import type { Engine } from '../runtime/engine.js'
import type { SessionOptions } from '../runtime/session.js'
import type { Task } from '../task/task.js'
import type { TrainingConfig } from './config.js'
import { finite } from './finite.js'
import { scoreOf } from './monitor.js'
import { afterEpoch, startPlateau } from './optimiser/plateau.js'
import { optimiserOf } from './optimiser/settings.js'
import type { Checkpoint, CheckpointKeeper, Progress } from './ports.js'
import { Predictor } from './predictor.js'
import type { EpochRecord, StageRecord } from './records.js'
import type { StagePlan } from './stages.js'
import { inputsFor, predictedFrom, type ReadInput } from './step/features.js'
import { batchFeeds } from './step/feeds.js'
import { TrainingStep } from './step/step.js'
import { trainingSetOf } from './step/training-set.js'
import type { RunWatcher } from './watcher.js'

export interface TrainerSettings {
  readonly plan: StagePlan
  readonly seed: number
  readonly model: ConfiguredModel
  readonly widths: Widths
  readonly task: Task
  readonly dataset: Dataset
  readonly engine: Engine
  /** Stores the checkpoints; if it already has one, the training resumes from it. */
  readonly keeper: CheckpointKeeper
  readonly session: SessionOptions
  /** Initial parameters, by name, in place of random ones. */
  readonly initial: ReadonlyMap<string, Float32Array>
}

/** A training in progress: its state between epochs. */
export class Trainer {
  progress: Progress
  readonly #settings: TrainerSettings
  readonly #step: TrainingStep
  readonly #predictor: Predictor
  readonly #records: EpochRecord[]
  readonly #inputs: readonly ReadInput[]
  readonly #costs: Float64Array
  readonly #buffers = new BatchBuffers()

  private constructor(
    settings: TrainerSettings,
    step: TrainingStep,
    predictor: Predictor,
    kept: Checkpoint | undefined,
  ) {
    this.#settings = settings
    this.#step = step
    this.#predictor = predictor
    this.#inputs = inputsFor(settings.model, settings.widths)
    this.#costs = sampleCosts(
      settings.dataset.splits.train,
      this.#inputs.map(({ name }) => name),
    )
    this.progress = kept?.progress ?? {
      epoch: 0,
      step: 0,
      plateau: startPlateau(settings.plan.training.learningRate),
      best: null,
      bestEpoch: 0,
      seconds: 0,
    }
    this.#records = [...(kept?.epochs ?? [])]
  }

  /**
   * Opens a training and resumes it if it has a checkpoint.
   *
   * @throws LimbicError if the checkpoint belongs to another model
   */
  static async open(settings: TrainerSettings): Promise<Trainer> {
    const { plan, model, widths, task, seed, engine, keeper, session, initial } = settings
    const { modalityDropout, gradientAccumulation } = plan.training
    const inputs = predictedFrom(model, widths).length
    if (modalityDropout > 0 && inputs < 2) {
      throw new LimbicError('modality dropout needs a model with several inputs', {
        where: 'training, modalityDropout',
        got: `${model.model.name} with ${inputs}`,
        hint: 'Leave out --modality-dropout, or choose more inputs with --modalities',
      })
    }
    const optimiser = optimiserOf(plan.training)
    const stage = plan.stage && { stage: plan.stage }
    const shared = { model, widths, task, engine, session, ...stage }
    const trainingSet = trainingSetOf(settings.dataset.splits.train, task)
    const step = await TrainingStep.open(
      { ...shared, optimiser, seed, initial, trainingSet },
      { accumulate: gradientAccumulation > 1 },
    )
    let predictor: Predictor | undefined
    try {
      predictor = await Predictor.open(shared)
      const kept = await keeper.load()
      if (kept) step.state.restore(kept.numbers, kept.progress.step, keeper.where)
      return new Trainer(settings, step, predictor, kept)
    } catch (error) {
      await step.close()
      await predictor?.close()
      throw error
    }
  }

  /** What the watcher receives at the start. */
  get about() {
    const { plan } = this.#settings
    return {
      parameters: countTrainable(this.#step.graph.parameters),
      batches: Math.ceil(this.#costs.length / samplesPerStep(plan.training)),
      epochs: plan.training.epochs,
      resumedFrom: this.progress.epoch,
      ...(plan.stage && { stage: plan.stage.name }),
    }
  }

  /** The predictor of the model's own prediction, if this training is evaluated by that alone. */
  get predictor(): Predictor | undefined {
    return this.#predictor.plain ? this.#predictor : undefined
  }

  get finished(): boolean {
    const { epochs, patience } = this.#settings.plan.training
    const { epoch, bestEpoch } = this.progress
    return epoch >= epochs || epoch - bestEpoch >= patience
  }

  /** A summary of the training so far. */
  get record(): StageRecord {
    const { epoch, bestEpoch, seconds } = this.progress
    const name = this.#settings.plan.stage?.name ?? 'all'
    return { name, bestEpoch, epochs: epoch, seconds: Number(seconds.toFixed(3)) }
  }

  /** The best weights so far. */
  bestWeights(): Promise<Map<string, Float32Array>> {
    return this.#settings.keeper.best(this.#step.state.shapes)
  }

  /** Trains one epoch and saves its checkpoint; undefined if it was stopped. */
  async epoch(
    watcher: RunWatcher,
    signal: AbortSignal | undefined,
  ): Promise<EpochRecord | undefined> {
    const { plan, keeper } = this.#settings
    const started = performance.now()
    const epoch = this.progress.epoch + 1
    const rate = plan.schedule?.[epoch - 1] ?? this.progress.plateau.rate
    const trainLoss = await this.#passOver(epoch, rate, watcher, signal)
    if (trainLoss === undefined) return undefined
    const weights = this.#step.state.snapshot()
    const { loss: validLoss, metrics } = await this.#validate(weights, epoch)
    const score = scoreOf(plan.training.monitor, epoch, validLoss, metrics)
    const better = this.progress.best === null || score < this.progress.best
    const best = plan.schedule !== undefined || better
    const seconds = (performance.now() - started) / 1000
    const record: EpochRecord = {
      epoch,
      trainLoss,
      validLoss,
      rate,
      seconds: Number(seconds.toFixed(3)),
      best,
      metrics: finite(metrics),
    }
    this.#records.push(record)
    const { plateauFactor, plateauPatience, plateauCooldown, plateauFloor, learningRate } =
      plan.training
    this.progress = {
      epoch,
      step: this.#step.state.step,
      plateau: afterEpoch(this.progress.plateau, validLoss, learningRate, {
        factor: plateauFactor,
        patience: plateauPatience,
        cooldown: plateauCooldown,
        floor: plateauFloor,
      }),
      best: best ? score : this.progress.best,
      bestEpoch: best ? epoch : this.progress.bestEpoch,
      seconds: this.progress.seconds + seconds,
    }
    const { progress } = this
    await keeper.save(
      { progress, numbers: this.#step.state.numbers(), epochs: this.#records },
      best ? { weights, shapes: this.#step.state.shapes } : undefined,
    )
    return record
  }

  async close(): Promise<void> {
    await this.#step.close()
    await this.#predictor.close()
  }

  /** Trains on every sample once. @returns the mean loss; undefined if it was stopped */
  async #passOver(
    epoch: number,
    rate: number,
    watcher: RunWatcher,
    signal: AbortSignal | undefined,
  ): Promise<number | undefined> {
    const { plan, seed } = this.#settings
    const train = this.#trainingSplit(epoch)
    const batchSize = samplesPerStep(plan.training)
    const batches = planBatches({ costs: this.#costs, batchSize, shuffle: true, seed, epoch })
    let total = 0
    for (const [index, indices] of batches.entries()) {
      if (signal?.aborted) return undefined
      const loss = await this.#take(train, indices, rate)
      const samples = indices.length
      total += loss * samples
      watcher.stepped?.({ epoch, batch: index + 1, batches: batches.length, loss, samples })
    }
    return total / this.#costs.length
  }

  /** One step of the optimiser, in as many batches as it takes. @returns the loss */
  async #take(train: Split, samples: Int32Array, rate: number): Promise<number> {
    const { model, task, plan } = this.#settings
    const { batchSize, gradientAccumulation } = plan.training
    const names = this.#inputs.map(({ name }) => name)
    for (const indices of cut(samples, batchSize)) {
      const batch: Batch = await collateBatch(train, indices, names, this.#buffers)
      const feeds = batchFeeds(batch, this.#inputs, task, model.remembers)
      if (gradientAccumulation === 1) return (await this.#step.step(feeds, rate)).loss
      await this.#step.add(feeds, task.lossWeight?.(batch.targets) ?? batch.size)
    }
    return this.#step.update(rate)
  }

  /** The training split of an epoch, without the inputs that modality dropout leaves out. */
  #trainingSplit(epoch: number): Split {
    const { dataset, plan, seed } = this.#settings
    const { train } = dataset.splits
    const { modalityDropout } = plan.training
    if (modalityDropout === 0) return train
    const read = this.#inputs.filter(({ onlyInTraining }) => !onlyInTraining)
    const names = read.map(({ name }) => name)
    const missing = droppedModalities(train.ids.length, names, modalityDropout, seed, epoch)
    return withMissing(train, missing, this.#inputs)
  }

  async #validate(
    weights: ReadonlyMap<string, Float32Array>,
    epoch: number,
  ): Promise<{ loss: number; metrics: Record<string, number> }> {
    const { dataset, task } = this.#settings
    const { valid } = dataset.splits
    const { predictions, objectives } = await this.#predictor.evaluate(valid, weights)
    const { predicts } = this.#predictor
    const loss = [...objectives.values()].reduce(
      (total, value) => total + value,
      predicts ? task.lossValue(predictions, valid.targets) : 0,
    )
    if (!Number.isFinite(loss)) {
      throw new LimbicError('the validation loss is NaN or infinite', {
        where: `epoch ${epoch}`,
        got: String(loss),
        hint: 'Lower the learning rate, clip gradients, or standardise the features',
      })
    }
    return { loss, metrics: predicts ? task.measure(predictions, valid.targets) : {} }
  }
}

/** The samples of one step of the optimiser. */
function samplesPerStep({ batchSize, gradientAccumulation }: TrainingConfig): number {
  return batchSize * gradientAccumulation
}
