/** A trained model that answers recordings and live sources, by the recipe of its training data. */
import { LimbicError } from '../../base/errors.js'
import {
  type ClipFeatures,
  type ExtractorResources,
  type OpenClip,
  openExtractor,
} from '../../media/extract/index.js'
import { partOfRecipe, type Recipe } from '../../media/recipes/index.js'
import type { Engine } from '../../runtime/engine.js'
import { answerSubsets, type Scored, type SubsetAnswers, scoresOf } from '../../use/answers.js'
import { checkClip, clipRecipe } from '../../use/clip-sample.js'
import type { TrainedModel } from '../../use/trained-model.js'
import type { OwnListener } from './listener.js'
import { watchWith } from './live.js'
import { featuresWithin } from './within.js'

/** What a model answers to a recording. */
export interface OwnRecognition {
  readonly name: string
  /** Seconds; 0 if it has neither sound nor picture. */
  readonly duration: number
  /** To the whole recording, as `limbic predict` answers it. */
  readonly answer: SubsetAnswers
  /** To the seconds before each moment's end, as in a live source. */
  readonly timeline: readonly OwnMoment[]
  readonly features: ClipFeatures['features']
  /** What is wrong with the recording or missing in it, one line each. */
  readonly remarks: readonly string[]
}

/** An answer to the latest seconds at some time of a recording. */
export interface OwnMoment extends Scored {
  readonly start: number
  readonly end: number
}

/** A model of one's own, opened for recordings and live sources. */
export interface OwnModel {
  readonly model: TrainedModel
  /** The part of its recipe that can be made; other inputs are missing. */
  readonly recipe: Recipe
  /**
   * Answers a clip, whole and over time.
   *
   * @throws LimbicError if it has none of the model's inputs, or cannot be decoded
   */
  recognise(clip: OpenClip, name: string): Promise<OwnRecognition>
  /**
   * Answers the latest seconds of a live source again and again until it ends: with each frame that
   * the recipe reads or, without a picture, every quarter of a second.
   *
   * @throws LimbicError if the model needs words with times, or the source cannot be decoded
   */
  watch: (source: Parameters<typeof watchWith>[1], listener: OwnListener) => Promise<void>
  /** Closes the extractor; the model stays open. */
  close(): Promise<void>
}

/** Seconds that an answer over time looks back, and the most moments of a recording. */
export const usualSeconds = 4
const mostMoments = 60

/**
 * Opens the recipe of a model. Words and pictures whose resources are not given are left out: the
 * model then works without them, as where they are missing.
 *
 * @throws LimbicError if the model's features were made by another program, nothing of its recipe can
 * be made, or a resource is not the one expected
 */
export async function openOwnModel(
  engine: Engine,
  model: TrainedModel,
  resources: ExtractorResources,
): Promise<OwnModel> {
  const recipe = possible(clipRecipe(model), resources, model.path)
  const extractor = await openExtractor(engine, recipe, resources)
  const names = model.inputs.map(({ name }) => name)
  return {
    model,
    recipe,
    async recognise(clip, name) {
      const { features, remarks } = await extractor.extract(clip)
      const answer = await answerSubsets(model, checkClip(model, name, features), names)
      if (!answer) {
        throw new LimbicError('has none of the inputs of the model', {
          where: name,
          expected: names.join(', '),
          ...(remarks.length > 0 && { got: remarks.join('; ') }),
        })
      }
      const duration = durationOf(clip, features)
      const timeline = await overTime(model, features, duration, recipe.aligned)
      return { name, duration, answer, timeline, features, remarks }
    },
    watch: (source, listener) => watchWith({ engine, model, recipe, resources }, source, listener),
    close: () => extractor.close(),
  }
}

/** The part of a recipe whose resources are there. @throws LimbicError if there is none */
function possible(recipe: Recipe, resources: ExtractorResources, where: string): Recipe {
  const { text, audio, vision } = recipe
  const names = [
    ...(text && resources.words ? ['text'] : []),
    ...(audio ? ['audio'] : []),
    ...(vision && (vision.kind !== 'image-network' || resources.imageNetwork) ? ['vision'] : []),
  ]
  if (names.length > 0) return partOfRecipe(recipe, names)
  throw new LimbicError('nothing that the model reads can be made here', {
    where,
    hint: text ? 'Give the files that its words need' : 'Give the network that its pictures need',
  })
}

/** Seconds of a clip: of the longer of its recordings or, if they do not say, of its features. */
function durationOf({ sound, picture }: OpenClip, features: ClipFeatures['features']): number {
  const stated = [sound, picture].flatMap((part) => part?.source.duration ?? [])
  if (stated.length > 0) return Math.max(...stated)
  return Math.max(0, ...Object.values(features).map(({ times }) => times?.at(-1) ?? 0))
}

async function overTime(
  model: TrainedModel,
  features: ClipFeatures['features'],
  duration: number,
  isAligned: boolean,
): Promise<OwnMoment[]> {
  const count = Math.min(mostMoments, Math.floor(2 * duration))
  // The words of an aligned clip say which steps belong together.
  if (count < 2 || isAligned) return []
  const step = duration / count
  const parts = Array.from({ length: count }, (_, at) => {
    const end = (at + 1) * step
    const found = featuresWithin(features, end - usualSeconds, end)
    const hasTimes = Object.values(found).some(({ times }) => times)
    return hasTimes ? { start: at * step, end, found } : undefined
  }).filter((part) => part !== undefined)
  const samples = parts.map(({ end, found }) => checkClip(model, `${end} s`, found))
  const answers = await scoresOf(model, samples)
  return parts.flatMap(({ start, end }, at) => {
    const answer = answers[at]
    return answer ? [{ start, end, ...answer }] : []
  })
}
