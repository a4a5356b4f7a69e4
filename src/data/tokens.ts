/** Sequences of word vectors, stored as token ids and looked up when read. */
import { LimbicError } from '../base/errors.js'
import type { SequenceSource } from './dataset.js'

/** Token ids, and the vector of each. */
export interface Tokens {
  /** samples x steps, row by row: indices into the vectors. */
  readonly indices: Int32Array
  readonly steps: number
  /** The true length of each sample in steps. */
  readonly lengths: Int32Array
  /** words x width, row by row. */
  readonly vectors: Float32Array
  readonly width: number
}

/**
 * Sequences of word vectors that are looked up as they are read, so that only the token ids and the
 * vocabulary's vectors are in memory, not one vector per token.
 *
 * A sample of length 0 is read as one step of zeros.
 *
 * @param where names the file, for messages.
 * @throws LimbicError naming the sample and step of the first word that has no vector.
 */
export function tokenSource(tokens: Tokens, where: string): SequenceSource {
  const { indices, steps, width, vectors } = tokens
  const words = vectors.length / width
  tokens.lengths.forEach((length, sample) => {
    for (let step = 0; step < length; step++) {
      const index = indices[sample * steps + step] ?? 0
      if (index >= 0 && index < words) continue
      throw new LimbicError('a word has no vector', {
        where: `${where}, row ${sample}, step ${step}`,
        expected: `0 to ${words - 1}, a row of the word vectors`,
        got: `${index}`,
        hint: 'Use the matrix of word vectors that belongs to these files',
      })
    }
  })
  return {
    width,
    lengths: tokens.lengths.map((length) => Math.max(1, length)),
    read(sample, target, offset) {
      const length = tokens.lengths[sample] ?? 0
      if (length === 0) target.fill(0, offset, offset + width)
      for (let step = 0; step < length; step++) {
        const start = (indices[sample * steps + step] ?? 0) * width
        target.set(vectors.subarray(start, start + width), offset + step * width)
      }
    },
  }
}
