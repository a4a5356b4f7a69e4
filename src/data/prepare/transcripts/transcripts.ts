/** Transcripts as sequences of word vectors. */

import { LimbicError } from '../../../base/errors.js'
import { examplesOf } from '../../../base/text/list.js'
import { openWordVectors, type WordVectorFile } from '../../../formats/glove/read.js'
import {
  spellingsOf,
  vectorOf,
  vectorRows,
  wordsOfTranscript,
} from '../../../media/words/vectors.js'
import type { SequenceSource } from '../../dataset.js'
import { copyValues } from '../../feature.js'

/** If a smaller share of the words has a vector, the file probably does not suit the data. */
const usualShare = 0.5

export { wordsOfTranscript }

export interface EmbeddedTranscripts {
  /** The vectors of all words. */
  readonly found: WordVectorFile
  /** One per list of transcripts, in the same order. */
  readonly sources: readonly SequenceSource[]
  /** A note on how many words have no vector. */
  readonly note: string
}

/**
 * Looks up every word of several lists of transcripts (one per split, say) in a file of word
 * vectors, which is read once. A word that is not in the file as written is looked up in lower
 * case; a word that is not found becomes a vector of zeros, as does a transcript without words.
 *
 * @param longest the most words kept of a transcript; default: all
 * @throws LimbicError if the file cannot be read, or has a vector for none of the words
 */
export async function embedTranscripts(
  lists: readonly (readonly string[])[],
  path: string,
  { longest = Number.POSITIVE_INFINITY }: { readonly longest?: number } = {},
): Promise<EmbeddedTranscripts> {
  const spoken = lists.map((list) => list.map((text) => wordsOfTranscript(text).slice(0, longest)))
  const distinct = new Set(spoken.flat(2))
  const found = await openWordVectors(path, spellingsOf(distinct))
  const { width, vectors, examples: ofFile } = found
  const unknown = [...distinct].filter((word) => !vectorOf(word, vectors))
  if (unknown.length === distinct.size) throw noMatch(path, [...distinct], ofFile)
  const sources = spoken.map(
    (list): SequenceSource => ({
      width,
      lengths: Int32Array.from(list, (words) => Math.max(words.length, 1)),
      read(sample, target, offset) {
        copyValues(target, vectorRows(list[sample] ?? [], found), offset)
      },
    }),
  )
  const total = spoken.flat(2)
  const times = total.filter((word) => !vectorOf(word, vectors)).length
  return { found, sources, note: describeShare(distinct.size, unknown, total.length, times) }
}

/** A note on how many words have no vector, with a warning if most have none. */
function describeShare(
  distinct: number,
  unknown: readonly string[],
  spoken: number,
  without: number,
): string {
  if (unknown.length === 0) return `all ${distinct} words of the transcripts have vectors`
  const known = 1 - without / spoken
  const doubt =
    known < usualShare
      ? `; only ${Math.round(100 * known)}% of the spoken words have a vector: check that the file is of the language of the data`
      : ''
  return `${unknown.length} of ${distinct} words of the transcripts (${without} of ${spoken} spoken) have no vector and are zeros: ${examplesOf(unknown)}${doubt}`
}

function noMatch(path: string, words: readonly string[], ofFile: readonly string[]): LimbicError {
  if (words.length === 0) {
    return new LimbicError('the transcripts of the data contain no words', {
      where: path,
      expected: 'words to look up in the file of word vectors',
    })
  }
  return new LimbicError('no word of the transcripts has a vector', {
    where: path,
    expected: `vectors of words such as ${examplesOf(words)}`,
    got: `vectors of ${examplesOf(ofFile)}`,
    hint: 'Choose a file of the language of the data, with one word and its numbers in each line',
  })
}
