/** Reads word vectors from a stream of bytes, such as a file that was chosen in a page. */
import { LimbicError } from '../../base/errors.js'
import { LineReader } from './lines.js'
import { VectorLines } from './vector-lines.js'

/** The vectors of some words. */
export interface WordVectors {
  /** Numbers per word. */
  readonly width: number
  /** The vectors of the requested words that the file has. */
  readonly vectors: ReadonlyMap<string, Float32Array>
}

/**
 * Reads vectors as `openWordVectors` does, from text that is not compressed. Reading stops at the last
 * of the words.
 *
 * @param where the name of the file, for messages
 * @param words the words to keep, spelled as in the file
 * @throws LimbicError if it is not such a file, or is malformed at a requested word
 */
export async function streamWordVectors(
  bytes: AsyncIterable<Uint8Array>,
  where: string,
  words: Iterable<string>,
): Promise<WordVectors> {
  const lines = new VectorLines(where, new Set(words))
  const reader = new LineReader(where, (line, number) => lines.take(line, number))
  for await (const piece of bytes) {
    reader.push(piece)
    if (lines.width > 0 && lines.complete) break
  }
  if (!lines.complete) reader.finish()
  if (lines.width === 0) throw new LimbicError('the file of word vectors is empty', { where })
  return { width: lines.width, vectors: lines.vectors }
}
