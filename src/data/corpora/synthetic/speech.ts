/** Utterances of the synthetic corpus: words and their timing. */
import { RandomStream } from '../../../base/random.js'
import type { SplitName } from '../../dataset.js'
import type { SyntheticLatent } from './latent.js'
import type { Lexicon } from './lexicon.js'
import type { SyntheticSettings } from './options.js'

/** The words of one sample and how much feeling each moment carries. */
export interface Speech {
  /** Indices into the lexicon, one per word. */
  readonly words: Int32Array
  /** How strongly the feeling shows at each word: 0 is not at all, the mean is about 1. */
  readonly emphasis: Float32Array
}

/**
 * Says what the latent feeling is, word by word. The feeling builds up: emphasis rises on average
 * from 0.1 to 1.9 over the sample, and each word takes a random 0.4 to 1.6 of that. A word's
 * polarity is 0.7 x what is said x emphasis, plus noise of deviation 0.3, at most 1. With several
 * emotions each word speaks of one of them, and now and then of any.
 */
export function drawSpeech(
  { seed, effects: { noise } }: SyntheticSettings,
  lexicon: Lexicon,
  split: SplitName,
  index: number,
  { length, words: said }: SyntheticLatent,
): Speech {
  const random = new RandomStream(seed, 'speech', split, index)
  const words = new Int32Array(length)
  const emphasis = new Float32Array(length)
  const strength = said.reduce((sum, value) => sum + Math.abs(value), 0)
  for (let word = 0; word < length; word++) {
    const moment = (0.1 + (1.8 * word) / (length - 1)) * random.uniform(0.4, 1.6)
    emphasis[word] = moment
    let meaning = 0
    if (said.length > 1) {
      if (random.uniform() < Math.min(0.5, 0.1 * noise)) {
        meaning = random.integer(said.length)
        words[word] = lexicon.choose(meaning, random.uniform(), random)
        continue
      }
      let left = random.uniform(0, strength)
      while (meaning < said.length - 1) {
        left -= said[meaning] ?? 0
        if (left < 0) break
        meaning++
      }
    }
    const polarity = 0.7 * (said[meaning] ?? 0) * moment + 0.3 * noise * random.normal()
    words[word] = lexicon.choose(meaning, polarity, random)
  }
  return { words, emphasis }
}
