/** Extracts a recipe's features from clips, in Node and in a page. */
import { LimbicError } from '../../base/errors.js'
import type { Engine } from '../../runtime/engine.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { Recipe } from '../recipes/index.js'
import { alignToWords, wordFrames } from './align.js'
import {
  type ClipExtractor,
  type ClipFeature,
  type ClipFeatures,
  type OpenClip,
  remarksOf,
} from './clip.js'
import { openPictureExtractor, type PictureExtractor, type PictureModels } from './picture.js'
import { openSoundExtractor, type SoundExtractor } from './sound.js'

/** Computes the feature of a recipe's words for a clip. */
export interface WordsExtractor {
  /** @returns undefined if there are no words */
  extract(said: Pick<OpenClip, 'text' | 'words'>): Promise<ClipFeature | undefined>
  close(): Promise<void>
}

/** What a recipe needs besides clips. */
export interface ExtractorResources extends PictureModels {
  /** For recipes with words. */
  readonly words?: WordsExtractor
  /** Default: one thread. */
  readonly session?: SessionOptions
}

/**
 * Opens an extractor for a recipe, once for many clips.
 *
 *     const extractor = await openExtractor(engine, recipeNamed('compact'), { faces, expression })
 *     const { features } = await extractor.extract({ sound: { source }, picture: { source } })
 *
 * @throws LimbicError if something that the recipe needs is missing, or is not the one expected
 */
export async function openExtractor(
  engine: Engine,
  recipe: Recipe,
  resources: ExtractorResources = {},
): Promise<ClipExtractor> {
  const { session = { threads: 1 }, words } = resources
  const { text, audio, vision, aligned, frames } = recipe
  if (text && !words) {
    throw new LimbicError(`recipe ${recipe.name} needs words as ${text.kind}`, {
      hint: text.kind === 'glove' ? 'Name word vectors' : 'Name the folder of a text encoder',
    })
  }
  const sound = audio && openSoundExtractor(engine, audio, session)
  const picture = vision && (await openPictureExtractor(engine, vision, resources, session))
  return {
    extract: (clip) => extractClip(clip, { sound, picture, words: text && words, aligned, frames }),
    close: async () => {
      await Promise.all([sound?.close(), picture?.close(), words?.close()])
    },
  }
}

interface Parts {
  readonly sound: SoundExtractor | undefined
  readonly picture: PictureExtractor | undefined
  readonly words: WordsExtractor | undefined
  readonly aligned: boolean
  readonly frames: Recipe['frames']
}

async function extractClip(
  clip: OpenClip,
  { sound, picture, words, aligned, frames }: Parts,
): Promise<ClipFeatures> {
  const remarks: string[] = []
  const features: Record<string, ClipFeature> = {}
  const timed = clip.words ?? []
  if (aligned && timed.length === 0) {
    throw new LimbicError('has no words with times, which voice and face are aligned to')
  }
  const add = (name: string, feature: ClipFeature | undefined, missing: string) => {
    if (frames && name !== 'text') Object.assign(features, wordFrames(feature, timed, name, frames))
    if (!feature) remarks.push(missing)
    else features[name] = aligned && name !== 'text' ? alignToWords(feature, timed, name) : feature
  }
  if (words) add('text', await words.extract(clip), 'nothing is said')
  if (sound) {
    const heard = clip.sound?.source.sound && (await sound.extract(clip.sound, clip.channel))
    add('audio', heard || undefined, clip.sound?.source.sound ? 'no sound in it' : 'has no sound')
  }
  if (picture) {
    const shown = clip.picture?.source.picture
      ? await picture.extract(clip.picture, clip.half)
      : undefined
    add('vision', shown?.feature, shown ? 'no face is seen' : 'has no picture')
    if (shown?.feature && shown.faces < shown.frames) {
      remarks.push(`a face is seen in ${shown.faces} of ${shown.frames} frames`)
    }
  }
  return { features, remarks: [...remarks, ...remarksOf(clip)] }
}
