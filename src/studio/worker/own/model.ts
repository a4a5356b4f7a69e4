/** A model of one's own in the worker: opened from its file, with what its recipe needs. */
import { LimbicError } from '../../../base/errors.js'
import type { OpenClip } from '../../../media/extract/index.js'
import type { Source } from '../../../media/source.js'
import type { Transcript } from '../../../media/words/transcript.js'
import { spectrogramOf } from '../../../recognise/index.js'
import type { OwnListener } from '../../../recognise/own/listener.js'
import { type OwnModel, openOwnModel } from '../../../recognise/own/own-model.js'
import { webEngine } from '../../../runtime/web.js'
import { clipRecipe } from '../../../use/clip-sample.js'
import { answerSamples, type LineFailure, piecesOf, readSamples } from '../../../use/lines.js'
import type { Prediction, TrainedModel } from '../../../use/trained-model.js'
import type { OwnRecognised } from '../messages.js'
import { TeachableModel } from '../teach/teachable.js'
import { aboutModel, type ModelAbout } from './about.js'
import { type FaceFiles, openPageResources, type ResourceFiles } from './resources.js'

/** The most samples per batch. */
const together = 64

/** One model, until it is closed. */
export class OpenedModel {
  #files: ResourceFiles = {}
  #own: OwnModel | undefined
  #problem: string | undefined

  private constructor(
    readonly name: string,
    readonly teachable: TeachableModel,
    readonly faces: FaceFiles,
  ) {}

  /**
   * @param bytes of an exported file
   * @throws LimbicError if Limbic did not write it, or it cannot run here
   */
  static async open(name: string, bytes: Uint8Array, faces: FaceFiles): Promise<OpenedModel> {
    const teachable = await TeachableModel.open(webEngine(), bytes, name)
    const opened = new OpenedModel(name, teachable, faces)
    await opened.#prepare()
    return opened
  }

  get model(): TrainedModel {
    return this.teachable.model
  }

  get about(): ModelAbout {
    const { name, model } = this
    return aboutModel(name, model, this.#files, {
      ...(this.#own && { recipe: this.#own.recipe }),
      ...(this.#problem !== undefined && { problem: this.#problem }),
    })
  }

  /** Takes files that the recipe needs. @throws LimbicError if one is not that of the training data */
  async give(files: ResourceFiles): Promise<void> {
    const before = this.#files
    this.#files = { ...before, ...files }
    try {
      await this.#prepare(true)
    } catch (error) {
      this.#files = before
      await this.#prepare()
      throw error
    }
  }

  /** Answers a recording. @throws LimbicError if it cannot be decoded or has no input of the model */
  async recognise(source: Source, said: Transcript | undefined): Promise<OwnRecognised> {
    const clip: OpenClip = {
      ...(source.sound && { sound: { source } }),
      ...(source.picture && { picture: { source } }),
      ...(said && { text: said.text, ...(said.words && { words: said.words }) }),
    }
    const { answer, timeline, duration, remarks } = await this.#ready().recognise(clip, source.name)
    const spectrogram =
      source.sound && duration > 0 && (await spectrogramOf(webEngine(), source, duration))
    return {
      ...{ about: this.about, answer, timeline, duration, picture: source.picture !== undefined },
      remarks: [...(said?.notes ?? []), ...remarks],
      ...(spectrogram && { spectrogram }),
    }
  }

  /** Answers a file of samples, as `limbic predict` does. */
  async answerFile(content: string, name: string): Promise<(Prediction | LineFailure)[]> {
    const read = piecesOf(content, name).flatMap((piece) => readSamples(piece, this.model, 'mean'))
    const answers: (Prediction | LineFailure)[] = []
    for (let from = 0; from < read.length; from += together) {
      answers.push(...(await answerSamples(this.model, read.slice(from, from + together))))
    }
    return answers
  }

  watch(source: Source, listener: OwnListener): Promise<void> {
    return this.#ready().watch(source, listener)
  }

  async close(): Promise<void> {
    await this.#own?.close()
    await this.teachable.close()
  }

  #ready(): OwnModel {
    if (this.#own) return this.#own
    throw new LimbicError(this.#problem ?? 'the model is not open')
  }

  /** Opens the recipe. What cannot be made is a problem to tell, unless a file is to blame. */
  async #prepare(isStrict = false): Promise<void> {
    const engine = webEngine()
    await this.#own?.close()
    this.#own = undefined
    this.#problem = undefined
    try {
      const recipe = clipRecipe(this.model)
      const resources = await openPageResources(engine, recipe, this.#files, this.faces)
      this.#own = await openOwnModel(engine, this.model, resources)
    } catch (error) {
      if (isStrict || !(error instanceof LimbicError)) throw error
      this.#problem = error.message
    }
  }
}
