/** The latent emotions of synthetic samples. */

import { RandomStream } from '../../../base/random.js'
import type { SplitName } from '../../dataset.js'
import type { SyntheticSettings } from './options.js'

/** The latent variables of one sample, never given to a model. */
export interface SyntheticLatent {
  /** The speaker's number; no two splits share a speaker. */
  readonly speaker: number
  /** Number of words. */
  readonly length: number
  /** True if the words disagree with voice and face. */
  readonly sarcastic: boolean
  /** What each way of telling expresses: one number a channel (the sentiment / 3, or each emotion). */
  readonly words: Float32Array
  readonly voice: Float32Array
  readonly face: Float32Array
  /** The truth: the sentiment from -3 to 3, or for each emotion 0 or 1, or its intensity from 0 to 3. */
  readonly truth: Float32Array
}

/** How far the voice strays from what is felt, and the face, which strays less and so tells emotions apart better. */
const strays = {
  sentiment: { voice: 0.5, face: 0.3 },
  emotions: { voice: 0.3, face: 0.2 },
  classes: { voice: 0.3, face: 0.2 },
} as const

/** Draws the latent variables of sample number `index` of a split. */
export function drawLatent(
  settings: SyntheticSettings,
  split: SplitName,
  index: number,
  speaker: number,
): SyntheticLatent {
  const {
    seed,
    effects,
    task,
    words: [least, most],
  } = settings
  const random = new RandomStream(seed, 'latent', split, index)
  const length = least + random.integer(most - least + 1)
  const sarcastic = random.uniform() < effects.sarcasm
  const { said, shown, truth } =
    task === 'sentiment'
      ? drawSentiment(random, sarcastic)
      : drawEmotions(settings, random, sarcastic)
  const stray = (by: number) => shown.map((value) => value + by * effects.noise * random.normal())
  return {
    speaker,
    length,
    sarcastic,
    words: said,
    voice: stray(strays[task].voice),
    face: stray(strays[task].face),
    truth,
  }
}

interface Feeling {
  /** By the words. */
  readonly said: Float32Array
  /** By voice and face. */
  readonly shown: Float32Array
  readonly truth: Float32Array
}

/**
 * Sincere: words, voice and face all say the truth. Sarcastic: words say the opposite of voice
 * and face, either way round, and both ways are meant badly (mocking praise, a smiled insult).
 * With a said and b shown, the sign of the truth is that of a + b + ab - 1: neither sees it alone.
 */
function drawSentiment(random: RandomStream, sarcastic: boolean): Feeling {
  if (!sarcastic) {
    const felt = random.uniform(-1, 1)
    return {
      said: Float32Array.of(felt),
      shown: Float32Array.of(felt),
      truth: Float32Array.of(3 * felt),
    }
  }
  const strength = random.uniform(0.1, 1)
  const said = random.uniform() < 0.5 ? strength : -strength
  return {
    said: Float32Array.of(said),
    shown: Float32Array.of(-said),
    truth: Float32Array.of(-3 * strength),
  }
}

/**
 * Sincere: one emotion, or in a quarter of the samples of a multi-label corpus two. Sarcastic:
 * the words name emotion j, voice and face show k, and the truth is number (j + k) mod n: a Latin
 * square, so that knowing j or k alone leaves every truth but one open.
 */
function drawEmotions(
  { emotions: { length: count }, task, intensities }: SyntheticSettings,
  random: RandomStream,
  sarcastic: boolean,
): Feeling {
  const said = new Float32Array(count)
  const truth = new Float32Array(count)
  const [one = 0, other = 0] = random.permutation(count)
  // In thirds, as the mean of three raters would be.
  const rated = (strength: number) => (intensities ? Math.round(9 * strength) / 3 : 1)
  said[one] = random.uniform(0.5, 1)
  if (sarcastic) {
    const shown = new Float32Array(count)
    shown[other] = random.uniform(0.5, 1)
    truth[(one + other) % count] = rated(said[one])
    return { said, shown, truth }
  }
  truth[one] = rated(said[one])
  if (task === 'emotions' && random.uniform() < 0.25) {
    said[other] = random.uniform(0.5, 1)
    truth[other] = rated(said[other])
  }
  return { said, shown: said, truth }
}
