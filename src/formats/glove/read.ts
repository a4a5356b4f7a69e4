/** Reads word vectors from a text file of GloVe or word2vec. */
import { LimbicError } from '../../base/errors.js'
import { describeKind, sniffOpen } from '../content/index.js'
import { openUnpacked } from '../packed/index.js'
import { LineReader } from './lines.js'
import { VectorLines } from './vector-lines.js'

export interface WordVectorFile {
  /** Numbers per word. */
  readonly width: number
  /** The vectors of the requested words that the file has. */
  readonly vectors: ReadonlyMap<string, Float32Array>
  /** The first few words of the file, safe to print. */
  readonly examples: readonly string[]
}

/**
 * Reads vectors from a text file of GloVe (`word number number ...`, one word a line), with or
 * without the line `count width` that word2vec puts first. The file is read in chunks, so it may be
 * larger than memory: only the requested words are kept, and reading stops at the last of them. It
 * may be compressed (gzip, bzip2, xz, or a zip archive of one file). Words may contain spaces, as
 * some in glove.840B do. Lines of other words are not parsed.
 *
 * @param words the words to keep, spelled as in the file; default: all
 * @param pieceSize bytes per read
 * @throws LimbicError if the file cannot be read, is not such a file, or is malformed at a
 * requested word
 */
export async function openWordVectors(
  path: string,
  words?: Iterable<string>,
  pieceSize = 1 << 22,
): Promise<WordVectorFile> {
  const lines = new VectorLines(path, words && new Set(words))
  const reader = new LineReader(path, (line, number) => lines.take(line, number))
  const file = await openUnpacked(path)
  try {
    const kind = sniffOpen(file)
    if (kind === 'empty') {
      throw new LimbicError('the file of word vectors is empty', { where: path })
    }
    if (kind !== 'text' && kind !== 'unknown') {
      const { words: what, hint } = describeKind(kind)
      const expected = 'text: a word and its numbers in each line'
      throw new LimbicError('this is not a file of word vectors', {
        where: path,
        expected,
        got: what,
        hint,
      })
    }
    const piece = Buffer.alloc(Math.min(pieceSize, file.length))
    for (let done = 0; done < file.length && !lines.complete; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, file.length - done))
      file.read(done, part)
      reader.push(part)
    }
    if (!lines.complete) reader.finish()
  } finally {
    file.close()
  }
  return { width: lines.width, vectors: lines.vectors, examples: lines.examples }
}

/** The vectors of those of the words that a file has: see `openWordVectors`. */
export async function readWordVectors(
  path: string,
  words: Iterable<string>,
): Promise<Map<string, Float32Array>> {
  return new Map((await openWordVectors(path, words)).vectors)
}
