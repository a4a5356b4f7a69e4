/** A model in the worker whose layers can be taught, and go back. */
import { LimbicError } from '../../../base/errors.js'
import { Predictor } from '../../../learn/predictor.js'
import type { Engine } from '../../../runtime/engine.js'
import { exportModel } from '../../../use/exported/export.js'
import { type ReadParts, readParts } from '../../../use/exported/read-parts.js'
import { openSwitchable, type Switchable } from '../../../use/open/switchable.js'
import { splitOf } from '../../../use/samples.js'
import type { TrainedModel } from '../../../use/trained-model.js'
import { checkFeatures } from './check.js'
import { digestOf } from './digest.js'
import {
  checkMemory,
  choicesOf,
  type LearnerChoice,
  layersLesson,
  samplesIn,
  type TeachableLayers,
  teachableLayers,
} from './layers.js'
import { type Lesson, type LessonKeeper, type LessonWatcher, learnFrom } from './lesson.js'
import type { Learner, Take, Taught, TaughtWeights } from './take.js'

/** What the page needs to know to teach a model. */
export interface TeachableAbout {
  /** What can be shown. */
  readonly labels: readonly string[]
  readonly choices: readonly LearnerChoice[]
  /** Tells its weights apart from others. */
  readonly base: string
  /** Why its layers cannot learn, in one line. */
  readonly problem?: string
}

/** How the labels of takes are those of a model: by name, as the model's task has it. */
export type ClassOf = (label: number) => number

/** How much a rebuilt model's outputs may differ from those of its file. */
const tolerance = 1e-3

export class TeachableModel {
  readonly #switchable: Switchable
  readonly #engine: Engine
  #parts: ReadParts | undefined
  #layers: TeachableLayers | undefined
  #base: string | undefined
  /** The file that answers. */
  bytes: Uint8Array

  private constructor(
    readonly original: Uint8Array,
    switchable: Switchable,
    engine: Engine,
  ) {
    this.bytes = original
    this.#switchable = switchable
    this.#engine = engine
  }

  /** @throws LimbicError if Limbic did not write the file, or it cannot run here */
  static async open(engine: Engine, bytes: Uint8Array, name: string): Promise<TeachableModel> {
    const switchable = await openSwitchable(bytes, name, (given) => engine.open(given))
    return new TeachableModel(bytes, switchable, engine)
  }

  /** Answers by what was taught, if that is used. */
  get model(): TrainedModel {
    return this.#switchable.model
  }

  get about(): TeachableAbout {
    const labels = this.model.task.grouping.names
    try {
      return { labels, choices: choicesOf(this.#open().layers), base: this.#open().base }
    } catch (error) {
      if (!(error instanceof LimbicError)) throw error
      return { labels, choices: [], base: '', problem: error.message }
    }
  }

  /**
   * Lets the last layers learn from takes.
   *
   * @throws LimbicError if the model cannot be taught, or not within a page
   */
  async learn(
    last: number | 'all',
    takes: readonly Take[],
    classOf: ClassOf,
    keep: LessonKeeper,
    watcher?: LessonWatcher,
  ): Promise<Taught> {
    const { parts, layers, base } = this.#open()
    const learner: Learner = { kind: 'layers', last }
    const problem = choicesOf(layers).find(
      (choice) => choice.learner.kind === 'layers' && choice.learner.last === last,
    )?.problem
    if (problem !== undefined) throw new LimbicError(problem, { where: this.model.path })
    checkFeatures(takes, parts.description.inputs)
    const lesson = layersLesson(parts, layers, last, classOf)
    checkMemory(lesson, lesson.samplesOf(takes))
    await this.#checkSame(lesson, takes)
    const { weights, ...learned } = await learnFrom(this.#engine, lesson, takes, keep, watcher)
    const trained = [...weights].filter(([name]) => lesson.stage?.trains.includes(name))
    return { learner, weights: new Map(trained), base, ...learned }
  }

  /**
   * From the next answer on, answers by what was taught, or as it was.
   *
   * @throws LimbicError if other weights were taught
   */
  async use(weights: TaughtWeights | undefined, base = ''): Promise<void> {
    const bytes = weights && this.write(weights, base)
    await this.#switchable.use(bytes)
    this.bytes = bytes ?? this.original
  }

  /**
   * The taught model as an exported file.
   *
   * @throws LimbicError if other weights were taught
   */
  write(weights: TaughtWeights, base: string): Uint8Array {
    const { parts, base: own } = this.#open()
    if (base !== own) {
      throw new LimbicError('other weights were taught than the model has now', {
        where: this.model.path,
        hint: 'Learn from the takes again',
      })
    }
    const { name, synthetic, recipe } = parts.description.trainedOn
    return exportModel({
      ...parts,
      weights: new Map([...parts.weights, ...weights]),
      maps: parts.description.maps.map((map) => map.name),
      metadata: {
        ...{ trainingData: name, synthetic },
        ...(recipe && { recipe }),
        notes: { ...Object.fromEntries(parts.metadata), taught: 'from takes of one person' },
      },
    })
  }

  async close(): Promise<void> {
    await this.model.close()
  }

  #open() {
    this.#parts ??= readParts(this.original, this.model.path)
    this.#layers ??= teachableLayers(this.#parts)
    this.#base ??= digestOf([...this.#parts.weights].flat())
    return { parts: this.#parts, layers: this.#layers, base: this.#base }
  }

  /** @throws LimbicError if this version builds another model than the one in the file */
  async #checkSame(lesson: Lesson, takes: readonly Take[]): Promise<void> {
    const { original } = this.#switchable
    const expected = await original.predictSplit(splitOf(samplesIn(takes), original.inputs))
    const predictor = await Predictor.open({ ...lesson, engine: this.#engine })
    try {
      const got = await predictor.predict(lesson.samplesOf(takes), lesson.initial)
      if (got.every((value, at) => isNear(value, expected[at] ?? Number.NaN))) return
    } finally {
      await predictor.close()
    }
    throw new LimbicError('this version builds another model than the one in the file', {
      where: original.path,
      hint: 'Train and export it again with this version',
    })
  }
}

const isNear = (one: number, other: number) =>
  Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(other))
