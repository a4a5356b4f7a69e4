/** The vocabulary of the synthetic corpus. */
import { elementAt } from '../../../base/lookup.js'
import { RandomStream } from '../../../base/random.js'
import { noiseMatrix } from './noise.js'
import type { SyntheticSettings } from './options.js'

/** An invented word and its meaning. */
export interface SyntheticWord {
  readonly word: string
  /** What it expresses: `sentiment`, an emotion's name, or `neutral`. */
  readonly meaning: string
  /** How strongly, from -1 (or 0 for emotions) to 1, in quarters. */
  readonly polarity: number
}

/** Words that mean the same. */
const synonyms = 8
/** Steps of polarity from 0 to 1. */
const levels = 4
const consonants = 'bdfgklmnprstvz'
const vowels = 'aeiou'

/** All words of a corpus with their vectors. */
export class Lexicon {
  readonly words: readonly SyntheticWord[]
  /** One vector per word: its polarity along the direction of its meaning, plus a random part. */
  readonly vectors: Float32Array
  readonly #signed: boolean

  constructor({ task, emotions, seed, widths: { text: width } }: SyntheticSettings) {
    this.#signed = task === 'sentiment'
    const meanings = this.#signed ? ['sentiment'] : emotions
    const least = this.#signed ? -levels : 1
    const groups = meanings.flatMap((meaning) =>
      Array.from({ length: levels - least + 1 }, (_, place) => ({
        meaning: place + least === 0 ? 'neutral' : meaning,
        polarity: (place + least) / levels,
      })),
    )
    if (!this.#signed) groups.unshift({ meaning: 'neutral', polarity: 0 })
    const names = inventWords(groups.length * synonyms, seed)
    this.words = names.map((word, index) => ({
      word,
      meaning: groups[Math.floor(index / synonyms)]?.meaning ?? 'neutral',
      polarity: groups[Math.floor(index / synonyms)]?.polarity ?? 0,
    }))
    const directions = noiseMatrix(meanings.length, width, seed, 'meanings')
    this.vectors = noiseMatrix(names.length, width, seed, 'words').map((own, place) => {
      const { meaning, polarity } = elementAt(this.words, Math.floor(place / width), 'word')
      const along = directions[Math.max(0, meanings.indexOf(meaning)) * width + (place % width)]
      return 0.5 * own + polarity * (along ?? 0)
    })
  }

  /** The index of a word that expresses `meaning` (an index) with about the given polarity. */
  choose(meaning: number, polarity: number, random: RandomStream): number {
    const level = Math.round(Math.max(this.#signed ? -1 : 0, Math.min(1, polarity)) * levels)
    const group = this.#signed ? level + levels : level === 0 ? 0 : meaning * levels + level
    return group * synonyms + random.integer(synonyms)
  }
}

/** Distinct pronounceable words of two syllables, or three if two are not enough. */
function inventWords(count: number, seed: number): string[] {
  const syllables = [...consonants].flatMap((first) => [...vowels].map((second) => first + second))
  const size = count <= syllables.length ** 2 / 2 ? 2 : 3
  const order = new RandomStream(seed, 'lexicon').permutation(syllables.length ** size)
  return Array.from(order.subarray(0, count), (code) =>
    Array.from(
      { length: size },
      (_, place) => syllables[Math.floor(code / syllables.length ** place) % syllables.length],
    ).join(''),
  )
}
