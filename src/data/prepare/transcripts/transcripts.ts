/** Transcripts as sequences of word vectors. */

import { openWordVectors } from '../../../formats/glove/read.js'
import type { SequenceSource } from '../../dataset.js'

/**
 * The words of a transcript as GloVe's vocabulary cuts them: "Don't panic!" has the words Do, n't,
 * panic. Punctuation, which nobody says, is none.
 */
export function wordsOfTranscript(text: string): string[] {
  const pieces = text.replaceAll('’', "'").match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*/gu) ?? []
  return pieces.flatMap((piece) => {
    const [, stem, ending] = piece.match(/^(.+?)(n't|'(?:s|re|ve|ll|d|m))$/i) ?? []
    return stem && ending ? [stem, ending] : [piece]
  })
}

export interface EmbeddedTranscripts {
  /** One a list of transcripts, in their order. */
  readonly sources: readonly SequenceSource[]
  /** How many words had no vector, for people. */
  readonly note: string
}

/**
 * Looks up every word of several lists of transcripts (one a split, say) in a file of word
 * vectors, which is read once. A word that is not there as it is written is looked up in lower
 * case; one that is not there at all is a vector of zeros, as is a transcript without words.
 *
 * @param longest words of a transcript that are kept; all unless given
 * @throws LimbicError if the file cannot be read
 */
export async function embedTranscripts(
  lists: readonly (readonly string[])[],
  path: string,
  { longest = Number.POSITIVE_INFINITY }: { readonly longest?: number } = {},
): Promise<EmbeddedTranscripts> {
  const spoken = lists.map((list) => list.map((text) => wordsOfTranscript(text).slice(0, longest)))
  const distinct = new Set(spoken.flat(2))
  const spellings = [...distinct].flatMap((word) => [word, word.toLowerCase()])
  const { width, vectors } = await openWordVectors(path, spellings)
  const vectorOf = (word: string) => vectors.get(word) ?? vectors.get(word.toLowerCase())
  const sources = spoken.map(
    (list): SequenceSource => ({
      width,
      lengths: Int32Array.from(list, (words) => Math.max(words.length, 1)),
      read(sample, target, offset) {
        const words = list[sample] ?? []
        target.fill(0, offset, offset + Math.max(words.length, 1) * width)
        for (const [step, word] of words.entries()) {
          target.set(vectorOf(word) ?? [], offset + step * width)
        }
      },
    }),
  )
  const unknown = [...distinct].filter((word) => !vectorOf(word))
  const total = spoken.flat(2)
  const times = total.filter((word) => !vectorOf(word)).length
  const examples = unknown.slice(0, 5).join(', ')
  return {
    sources,
    note:
      unknown.length === 0
        ? `all ${distinct.size} words of the transcripts have vectors`
        : `${unknown.length} of ${distinct.size} words of the transcripts (${times} of ${total.length} spoken) have no vector and are zeros: ${examples}${unknown.length > 5 ? ', ...' : ''}`,
  }
}
