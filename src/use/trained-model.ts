/// <reference lib="esnext.disposable" preserve="true" />
/** A trained model in use, from a run or an exported file alike. */
import { checkList } from '../base/arguments.js'
import { LimbicError } from '../base/errors.js'
import {
  type Batch,
  BatchBuffers,
  collateBatch,
  inParts,
  mostTogether,
  planBatches,
  sampleCosts,
} from '../data/batch.js'
import type { Feature, Split } from '../data/dataset.js'
import type { Dimension } from '../graph/shape/shape.js'
import type { ModelMap } from '../models/define/maps.js'
import type { Widths } from '../models/define/model.js'
import type { Value } from '../runtime/session.js'
import type { KnownAnswer } from '../task/kinds.js'
import { outputsOf, type Task, type TaskAnswer, type TaskSpec } from '../task/task.js'
import type { ModelDescription, TrainedOn } from './exported/description.js'
import { feedsOf, type ModelInput, widthsIn } from './inputs.js'
import { checkFits, pageRoom, type Room, samplesThatFit, sizesOf } from './memory.js'
import { type CheckedSample, checkSample, type Leeway, type RawSample, splitOf } from './samples.js'
import { joined, rows, type Turns } from './turns.js'

/** The prediction for one sample; `task` is its kind. */
export type Prediction<Answer extends TaskAnswer = KnownAnswer> = {
  readonly id: string
  /** The inputs that the sample lacked, if any. */
  readonly missing?: readonly string[]
} & Answer

/** The outputs for a batch. */
export interface ModelResults {
  /** [batch, outputs] */
  readonly prediction: Value
  readonly maps: readonly MapResult[]
}

/** A map of a batch, such as a mask [batch, time, width] or attention [batch, queries, keys]. */
export type MapResult = ModelMap & { readonly value: Value }

/** The sessions of a model, each behind a queue. */
export interface Answering {
  /** The queue of a session that returns the prediction and these maps. */
  turns(maps: readonly string[]): Promise<Turns>
  /** The memory that a run of that session takes: see `ModelDescription.memory`. */
  memory(maps: readonly string[]): readonly Dimension[] | undefined
  close(): Promise<void>
}

/** Samples per batch. */
const batchSize = 64

/**
 * A trained model, ready to predict. Concurrent calls are safe: each gets its own answer.
 *
 *     await using model = await loadModel('runs/first')
 */
export class TrainedModel<Answer extends TaskAnswer = KnownAnswer> implements AsyncDisposable {
  /** The folder or file it was loaded from. */
  readonly path: string
  /** `mmlatch`, for example. */
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  /** What it predicts: a sentiment, one class, or any number of emotions. */
  readonly task: Task<TaskSpec, Answer>
  /** Its inputs. */
  readonly inputs: readonly ModelInput[]
  /** The maps that it can return, such as masks and attention. */
  readonly maps: readonly ModelMap[]
  /** The probability above which each label is predicted; default: one half. */
  readonly thresholds: readonly number[] | undefined
  /** The inputs that it standardises itself; all inputs are given raw. */
  readonly standardised: readonly string[]
  readonly trainedOn: TrainedOn
  readonly #answering: Answering
  readonly #room: Room
  #closed: Promise<void> | undefined

  constructor(
    path: string,
    about: ModelDescription<Task<TaskSpec, Answer>>,
    answering: Answering,
    room: Room = pageRoom,
  ) {
    this.path = path
    this.name = about.name
    this.settings = about.settings
    this.task = about.task
    this.inputs = about.inputs
    this.maps = about.maps
    this.thresholds = about.thresholds
    this.standardised = about.standardised
    this.trainedOn = about.trainedOn
    this.#answering = answering
    this.#room = room
  }

  /** The number of raw features of each input. */
  get widths(): Widths {
    return widthsIn(this.inputs)
  }

  /**
   * Predicts samples: a sentiment on the labels' scale, a class, or emotions with probabilities.
   * The samples are copied at once and may be changed after the call.
   *
   * Concurrent calls wait their turn, in order; single samples of the same lengths share
   * batches. More than `waiting` calls at one time (16,384 unless the model was loaded otherwise)
   * are refused, so that a service can ask its callers to retry.
   *
   * @param samples raw features as in training, for each sequence a list of steps of `widths` numbers
   * @throws LimbicError that says which sample, input and row is wrong; or that too many calls wait
   */
  async predict(samples: readonly RawSample[]): Promise<Prediction<Answer>[]> {
    checkList(samples, 'predict', 'a list of samples, such as [{ id, text, audio, vision }]')
    return this.predictChecked(
      samples.map((sample, index) => this.check(sample, `sample ${index}`)),
    )
  }

  /** Checks a sample from outside, as `checkSample` does. */
  check(sample: unknown, where: string, leeway: Leeway = {}): CheckedSample {
    const amounts = this.#answering.memory([])
    return checkSample(sample, this.inputs, where, {
      ...leeway,
      checkLength: (steps, place) => checkFits(amounts, steps, this.#room, place),
    })
  }

  /** The predictions for checked samples, in order. */
  async predictChecked(samples: readonly CheckedSample[]): Promise<Prediction<Answer>[]> {
    const split = splitOf(samples, this.inputs)
    const answers = this.inWords(split.ids, await this.predictSplit(split))
    return answers.map((answer, place) => {
      const missing = samples[place]?.missing ?? []
      return missing.length === 0 ? answer : { ...answer, missing }
    })
  }

  /** Outputs [samples, outputs] as answers of the task. */
  inWords(ids: readonly string[], outputs: Float32Array): Prediction<Answer>[] {
    const { task, thresholds = [] } = this
    return ids.map((id, sample) => ({
      id,
      ...task.answer(outputsOf(outputs, sample, task), thresholds),
    }))
  }

  /**
   * The outputs for every sample of a split of raw features: [samples, outputs], in the split's
   * order.
   *
   * @throws LimbicError if the features are not those of the model
   */
  async predictSplit(split: Split): Promise<Float32Array> {
    this.#checkWidths(split)
    const outputs = this.task.outputs.length
    const predictions = new Float32Array(split.ids.length * outputs)
    const read = this.inputs.map(({ name }) => name)
    const costs = sampleCosts(split, read)
    // Its own memory: another call may start while a batch of this one runs.
    const buffers = new BatchBuffers()
    const planned = planBatches({ costs, batchSize, shuffle: false, order: 'cost' })
    for (const indices of planned.flatMap((batch) => inParts(batch, split, read))) {
      const { prediction } = await this.run(await collateBatch(split, indices, read, buffers))
      for (const [row, sample] of indices.entries()) {
        for (let output = 0; output < outputs; output++) {
          predictions[sample * outputs + output] = Number(prediction.data[row * outputs + output])
        }
      }
    }
    return predictions
  }

  /**
   * Runs the model on a batch of raw features: at once or, if memory does not suffice, in
   * consecutive parts.
   *
   * @param maps the names of the maps to return besides the prediction
   * @throws LimbicError if it has no such map, the batch lacks an input, a single sample takes too
   * much memory, or too many calls wait
   */
  async run(batch: Batch, maps: readonly string[] = []): Promise<ModelResults> {
    const feeds = feedsOf(batch, this.inputs)
    const wanted = maps.map((name) => this.#mapOf(name))
    const results = await this.#ask(feeds, batch, maps)
    const value = (name: string): Value => {
      const found = results.get(name)
      if (found) return found
      throw new LimbicError(`the model has no output "${name}"`, { where: this.path })
    }
    const prediction = value('prediction')
    const outputs = this.task.outputs.length
    if (prediction.data.length !== batch.size * outputs) {
      throw new LimbicError('the outputs of the model do not match its task', {
        where: `${this.path}, prediction`,
        expected: `[${batch.size}, ${outputs}]`,
        got: `[${prediction.shape.join(', ')}]`,
      })
    }
    return { prediction, maps: wanted.map((map) => ({ ...map, value: value(map.name) })) }
  }

  async #ask(
    feeds: ReadonlyMap<string, Value>,
    batch: Batch,
    maps: readonly string[],
  ): Promise<Map<string, Value>> {
    const { size, padding } = batch
    const amounts = this.#answering.memory(maps)
    const sizes = sizesOf(feeds, this.inputs)
    const fits = (count: number) =>
      amounts ? samplesThatFit(amounts, sizes.set('batch', count), this.#room) : count
    const atOnce = fits(size)
    if (atOnce === 0) checkFits(amounts, sizes, this.#room, `model ${this.name}`)
    const turns = await this.#answering.turns(maps)
    const outputs = ['prediction', ...maps]
    const parts: Map<string, Value>[] = []
    for (let from = 0; from < size; from += atOnce) {
      const count = Math.min(atOnce, size - from)
      const part =
        count === size
          ? feeds
          : new Map([...feeds].map(([name, value]) => [name, rows(value, from, count, size)]))
      // A request that shares a batch must leave room for the others.
      const alone =
        maps.length > 0 || padding > 0 || size >= batchSize || fits(batchSize) < batchSize
      const key = alone ? {} : { key: keyOf(part), most: mostTogether(longestIn(batch)) }
      parts.push(await turns.ask({ feeds: part, size: count, outputs, ...key }))
    }
    const [first, ...others] = parts
    if (!first || others.length === 0) return first ?? new Map()
    return new Map(
      outputs.map((name) => [
        name,
        joined(
          parts.flatMap((part) => part.get(name) ?? []),
          size,
        ),
      ]),
    )
  }

  /** Frees its sessions and refuses waiting calls. Closing twice does nothing. */
  close(): Promise<void> {
    this.#closed ??= this.#answering.close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #mapOf(name: string): ModelMap {
    const found = this.maps.find((map) => map.name === name)
    if (found) return found
    throw new LimbicError(`the model has no map "${name}"`, {
      where: this.path,
      got: this.maps.map((map) => map.name).join(', ') || 'none',
    })
  }

  /** @throws LimbicError if a split lacks what the model reads, or has other features */
  #checkWidths({ features }: Split): void {
    const formOf = (feature: Feature | ModelInput | undefined) =>
      feature && [...(feature.shape ?? [feature.width]), ...otherType(feature)].join(' x ')
    if (this.inputs.every((input) => formOf(features[input.name]) === formOf(input))) return
    const list = (of: (input: ModelInput) => Feature | ModelInput | undefined) =>
      this.inputs.map((input) => `${input.name} ${formOf(of(input)) ?? 'none'}`).join(', ')
    throw new LimbicError('the features differ from those that the model was trained on', {
      where: `model ${this.name}`,
      expected: list((input) => input),
      got: list(({ name }) => features[name]),
      hint: 'Use data with the same features as in training',
    })
  }
}

/** The type of the numbers, if not the usual one. */
function otherType({ dataType = 'float32' }: Pick<ModelInput, 'dataType'>): string[] {
  return dataType === 'float32' ? [] : [dataType]
}

/** A key that is equal for unpadded batches that differ only in their samples. */
function keyOf(feeds: ReadonlyMap<string, Value>): string {
  return [...feeds].map(([name, { shape }]) => `${name}:${shape.slice(1).join('x')}`).join()
}

function longestIn({ features }: Batch): number {
  return Object.values(features).reduce((most, feature) => Math.max(most, feature?.steps ?? 0), 0)
}

/** One queue, for a model with one session for all outputs. */
export function answeringWith(turns: Turns, memory: readonly Dimension[] | undefined): Answering {
  return { turns: async () => turns, memory: () => memory, close: () => turns.close() }
}
