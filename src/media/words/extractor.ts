/** Extracts a recipe's feature from the words of a clip: tokens, or vectors of a text encoder. */
import type { ClipFeature, OpenClip, TimedWord, WordsExtractor } from '../extract/index.js'
import type { EncodedText, TextEncoder } from './encoder.js'
import { type Tokenizer, type Tokens, wordsIn } from './tokenizer.js'

type Said = Pick<OpenClip, 'text' | 'words'>

/** Ids of tokens, one per step, including start and end (recipe `tokens`). */
export function tokensExtractor(tokenizer: Tokenizer, longest: number): WordsExtractor {
  return {
    async extract(said) {
      const { words, timed } = textFirst(said)
      if (words.length === 0) return undefined
      const tokens = tokenizer.encode(words, longest)
      const values = BigInt64Array.from(tokens.ids, BigInt)
      return { dataType: 'int64', shape: [], values, ...steps(tokens, timed) }
    },
    close: async () => {},
  }
}

/**
 * Vectors of a text encoder, one per token including start and end, or one per word, the mean of
 * its tokens (recipe `encoder`). A word without a token, such as one beyond the longest text,
 * becomes a row of NaN, which reading replaces as it does any missing value.
 */
export function encoderExtractor(encoder: TextEncoder, step: 'token' | 'word'): WordsExtractor {
  return {
    async extract(said) {
      const { words, timed } = step === 'token' ? textFirst(said) : timedFirst(said)
      if (words.length === 0) return undefined
      const [encoded] = await encoder.encode([words])
      if (!encoded) return undefined
      const shape = [encoder.width]
      if (step === 'token') {
        return { dataType: 'float32', shape, values: encoded.vectors, ...steps(encoded, timed) }
      }
      const values = wordVectors(encoded, words.length, encoder.width)
      const times = timed && Float64Array.from(timed, ({ start, end }) => (start + end) / 2)
      return { dataType: 'float32', shape, values, length: words.length, ...(times && { times }) }
    },
    close: () => encoder.close(),
  }
}

/** The mean vector of each word's tokens, [word, width]; NaN where a word has none. */
export function wordVectors(
  { words, vectors }: Pick<EncodedText, 'words' | 'vectors'>,
  count: number,
  width: number,
): Float32Array {
  const sums = new Float64Array(count * width)
  const tokens = new Float64Array(count)
  for (const [token, word] of words.entries()) {
    if (word < 0) continue
    tokens[word] = (tokens[word] ?? 0) + 1
    for (let column = 0; column < width; column++) {
      const place = word * width + column
      sums[place] = (sums[place] ?? 0) + (vectors[token * width + column] ?? 0)
    }
  }
  return Float32Array.from(sums, (sum, place) => sum / (tokens[Math.floor(place / width)] ?? 0))
}

interface Spoken {
  readonly words: readonly string[]
  readonly timed?: readonly TimedWord[]
}

/** Words with times if there are any, so that each of them is a step of the feature. */
function timedFirst({ text, words }: Said): Spoken {
  if (words && words.length > 0) return { words: words.map(({ word }) => word), timed: words }
  return { words: wordsIn(text ?? '') }
}

/** The text if there is one, with punctuation; with times if the timed words are the same. */
function textFirst({ text, words }: Said): Spoken {
  const own = wordsIn(text ?? '')
  if (own.length === 0) return timedFirst(words ? { words } : {})
  const same = words?.length === own.length && own.every((word, at) => word === words[at]?.word)
  return { words: own, ...(same && words && { timed: words }) }
}

/**
 * The tokens of a word share its time evenly; the start and end tokens are at the start of the
 * first word and the end of the last.
 */
function steps(
  { ids, words: owners }: Tokens,
  timed: readonly TimedWord[] | undefined,
): Pick<ClipFeature, 'length' | 'times'> {
  const length = ids.length
  if (!timed) return { length }
  const counts = new Map<number, number>()
  for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1)
  const seen = new Map<number, number>()
  const times = Float64Array.from(owners, (owner, token) => {
    const word = timed[owner]
    if (!word) return token === 0 ? (timed[0]?.start ?? 0) : (timed.at(-1)?.end ?? 0)
    const place = seen.get(owner) ?? 0
    seen.set(owner, place + 1)
    return word.start + ((place + 0.5) / (counts.get(owner) ?? 1)) * (word.end - word.start)
  })
  return { length, times }
}
