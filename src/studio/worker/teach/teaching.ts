/** Teaching in the worker: the fusion of the starter models, or the layers of the model that is live. */
import { emotionOf } from '../../../base/emotions.js'
import { LimbicError } from '../../../base/errors.js'
import type { LiveAnswer } from '../../../recognise/live.js'
import type { Recognition } from '../../../recognise/recognition.js'
import { webEngine } from '../../../runtime/web.js'
import type { UsedTaught } from '../messages.js'
import { fuseRecording, openTaught, type TaughtFusion } from './apply.js'
import { checkFusion, checkRows } from './check.js'
import { digestOf, partsOf } from './digest.js'
import { fusionLesson } from './fusion.js'
import { forgetTrainings, storageKeeper } from './keeper.js'
import { type LessonKeeper, type LessonWatcher, learnFrom } from './lesson.js'
import type { Learner, Take, Taught, TaughtWeights } from './take.js'
import type { TeachableModel } from './teachable.js'

/** The models that can be taught. */
export interface Teachables {
  /** The starter model of voices. */
  voice(): Promise<TeachableModel>
  /** The model of the reader's own that is open, if any. */
  own(): TeachableModel | undefined
}

export class Teaching {
  readonly #models: Teachables
  /** What replaces the fusion of the starter models. */
  #weights: TaughtWeights | undefined
  #fusion: Promise<TaughtFusion> | undefined
  #stop = new AbortController()

  constructor(models: Teachables) {
    this.#models = models
  }

  /** The model whose layers are taught: the one that is open, or the starter model of voices. */
  async model(): Promise<TeachableModel> {
    return this.#models.own() ?? (await this.#models.voice())
  }

  /** An answer of the starter models, by the taught fusion if it is used. */
  async fused(emotions: readonly string[], answer: LiveAnswer): Promise<LiveAnswer> {
    return (await this.#fuse(emotions))?.apply(answer) ?? answer
  }

  /** The same for a recording; one whose sound or picture alone tells other emotions apart stays as it is. */
  async fusedRecording(recognition: Recognition): Promise<Recognition> {
    const fusion = await this.#fuse(recognition.emotions)
    return fusion ? fuseRecording(fusion, recognition) : recognition
  }

  /**
   * Learns from takes, or goes on with it where it was interrupted.
   *
   * @returns undefined if it was stopped
   */
  async learn(
    learner: Learner,
    labels: readonly string[],
    takes: readonly Take[],
    learning: (epoch: number, epochs: number) => void,
  ): Promise<Taught | undefined> {
    const model = await this.model()
    const base = learner.kind === 'fusion' ? '' : model.about.base
    const name = digestOf([JSON.stringify([learner, labels, base]), ...partsOf(takes)])
    const keep = (training: string) => storageKeeper(`${name}-${training}`)
    const { signal } = this.#stop
    try {
      const how = [keep, { learning, signal }] as const
      const taught =
        learner.kind === 'fusion'
          ? await learnFusion(labels, takes, ...how)
          : await this.#learnLayers(model, learner.last, labels, takes, ...how)
      await forgetTrainings(name)
      return taught
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    } finally {
      if (signal.aborted) this.#stop = new AbortController()
    }
  }

  /** Stops learning, which goes on where it was when it is begun again. */
  stop(): void {
    this.#stop.abort()
  }

  async use(taught: UsedTaught | undefined): Promise<void> {
    const isFusion = taught?.learner.kind === 'fusion'
    if (isFusion) checkFusion(taught.weights)
    this.#weights = isFusion ? taught.weights : undefined
    this.#fusion = undefined
    const model = await this.model()
    await model.use(isFusion ? undefined : taught?.weights, taught?.base)
  }

  async write({ weights, base }: UsedTaught): Promise<Uint8Array> {
    return (await this.model()).write(weights, base)
  }

  /** The taught fusion, if it is used and was taught for as many emotions. */
  #fuse(emotions: readonly string[]): Promise<TaughtFusion> | undefined {
    if (this.#weights?.get('fusion.bias')?.length !== emotions.length) return undefined
    this.#fusion ??= openTaught(webEngine(), emotions, this.#weights)
    return this.#fusion
  }

  #learnLayers(
    model: TeachableModel,
    last: number | 'all',
    labels: readonly string[],
    takes: readonly Take[],
    keep: LessonKeeper,
    watcher: LessonWatcher,
  ): Promise<Taught> {
    const names = model.model.task.grouping.names
    const isOwn = this.#models.own() !== undefined
    // The starter models tell the emotions that voice and face share, under names of their own.
    const known = isOwn ? names : names.map(emotionOf)
    const classOf = (label: number) => {
      const found = known.indexOf(labels[label] ?? '')
      if (found >= 0) return found
      throw new LimbicError('the model does not know what a take shows', {
        where: model.model.path,
        expected: known.join(', '),
        got: String(labels[label]),
      })
    }
    const heard = takes.filter(({ features }) => features !== undefined)
    return model.learn(last, heard, classOf, keep, watcher)
  }
}

async function learnFusion(
  emotions: readonly string[],
  takes: readonly Take[],
  keep: LessonKeeper,
  watcher: LessonWatcher,
): Promise<Taught> {
  const seen = takes.filter(({ rows }) => rows.length > 0)
  checkRows(seen, emotions)
  const learned = await learnFrom(webEngine(), fusionLesson(emotions), seen, keep, watcher)
  return { learner: { kind: 'fusion' }, base: '', ...learned }
}
