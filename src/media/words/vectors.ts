/** Words as vectors of a file such as GloVe's. */
import type { WordVectors } from '../../formats/glove/stream.js'
import type { WordsExtractor } from '../extract/index.js'

export { streamWordVectors, type WordVectors } from '../../formats/glove/stream.js'

/**
 * The words of a transcript, tokenised like GloVe's vocabulary: "Don't panic!" gives Do, n't,
 * panic. Punctuation is left out.
 */
export function wordsOfTranscript(text: string): string[] {
  const pieces = text.replaceAll('’', "'").match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? []
  return pieces.flatMap((piece) => {
    const [, stem, ending] = piece.match(/^(.+?)(n't|'(?:s|re|ve|ll|d|m))$/i) ?? []
    return stem && ending ? [stem, ending] : [piece]
  })
}

/** The spellings by which words are looked up: as written, then in lower case. */
export function spellingsOf(words: Iterable<string>): string[] {
  return [...words].flatMap((word) => [word, word.toLowerCase()])
}

/** The vector of a word as written or in lower case. */
export function vectorOf(
  word: string,
  vectors: ReadonlyMap<string, Float32Array>,
): Float32Array | undefined {
  return vectors.get(word) ?? vectors.get(word.toLowerCase())
}

/**
 * One row per word, [words, width]; a word without a vector is a row of zeros, and so is a transcript
 * without words.
 */
export function vectorRows(
  words: readonly string[],
  { width, vectors }: WordVectors,
): Float32Array {
  const rows = new Float32Array(Math.max(words.length, 1) * width)
  for (const [row, word] of words.entries()) rows.set(vectorOf(word, vectors) ?? [], row * width)
  return rows
}

/**
 * A vector per word (recipe `glove`).
 *
 * @param lookUp finds the vectors of words by their `spellingsOf`
 */
export function vectorsExtractor(
  lookUp: (words: readonly string[]) => Promise<WordVectors>,
): WordsExtractor {
  return {
    async extract({ text }) {
      if (text === undefined) return undefined
      const words = wordsOfTranscript(text)
      const found = await lookUp(words)
      // The file decides, as in extraction; the recipe's width is the usual one.
      const { width } = found
      const values = vectorRows(words, found)
      return { dataType: 'float32', shape: [width], values, length: values.length / width }
    },
    close: async () => {},
  }
}
