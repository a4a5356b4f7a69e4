import { type FileHandle, open } from 'node:fs/promises'
import { LimbicError } from '../../base/errors.js'
import { explainFileError } from '../../disk/files.js'
import { LineReader } from './lines.js'
import { VectorLines } from './vector-lines.js'

export interface WordVectorFile {
  /** Numbers a word. */
  readonly width: number
  /** The vectors of those words that the file has. */
  readonly vectors: ReadonlyMap<string, Float32Array>
}

/**
 * Reads vectors from a text file of GloVe (`word number number ...`, one word a line), with or
 * without the line `count width` that word2vec puts first. The file is read piece by piece, so it
 * may be larger than memory: only the words asked for are kept, and reading ends with the last of
 * them. Words may have spaces in them, as some of glove.840B have. Lines of other words are not
 * looked into.
 *
 * @param words the words to keep, written as in the file; all unless given
 * @param pieceSize bytes read at once
 * @throws LimbicError if the file cannot be read, is no such file, or is broken at a word asked for
 */
export async function openWordVectors(
  path: string,
  words?: Iterable<string>,
  pieceSize = 1 << 22,
): Promise<WordVectorFile> {
  const lines = new VectorLines(path, words && new Set(words))
  const reader = new LineReader(path, (line, number) => lines.take(line, number))
  let file: FileHandle | undefined
  try {
    file = await open(path)
    const piece = Buffer.alloc(pieceSize)
    while (!lines.complete) {
      const { bytesRead } = await file.read(piece, 0, pieceSize)
      if (bytesRead === 0) break
      reader.push(piece.subarray(0, bytesRead))
    }
    if (!lines.complete) reader.finish()
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    await file?.close()
  }
  if (reader.count === 0 && !lines.complete) {
    throw new LimbicError('the file of word vectors is empty', { where: path })
  }
  return { width: lines.width, vectors: lines.vectors }
}

/** The vectors of those of the words that a file has: see `openWordVectors`. */
export async function readWordVectors(
  path: string,
  words: Iterable<string>,
): Promise<Map<string, Float32Array>> {
  return new Map((await openWordVectors(path, words)).vectors)
}
