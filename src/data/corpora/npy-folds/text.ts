/** The text of a fold: word ids, and the matrix of vectors that turns them into features. */
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import type { SequenceSource } from '../../dataset.js'
import { tokenSource } from '../../tokens.js'
import { type FoldArray, type FoldFiles, integerColumn, shapeOf } from './arrays.js'

/** Word vectors by word id. */
export interface WordMatrix {
  readonly vectors: Float32Array
  readonly width: number
}

/**
 * The matrix of word vectors of a fold: `W_embedding.npy` or another `.npy` file with "embedding"
 * in its name, in the fold's folder or the one above.
 */
export function findWordMatrix(files: FoldFiles): WordMatrix | undefined {
  for (const folder of [files.folder, dirname(files.folder)]) {
    const [name] = readdirSync(folder)
      .filter((candidate) => /embedding.*\.npy$/i.test(candidate))
      .sort((one, other) => Number(/^W_/.test(other)) - Number(/^W_/.test(one)))
    if (name === undefined) continue
    const { path, array } = files.openAt(join(folder, name))
    const [words, width] = array.shape
    if (array.isText || array.shape.length !== 2 || !words || !width) {
      throw new LimbicError('not a matrix of word vectors', {
        where: path,
        expected: 'numbers, words x width',
        got: `${array.type.kind} [${array.shape.join(', ')}]`,
      })
    }
    const vectors = new Float32Array(array.size)
    array.readNumbers(0, array.size, vectors, 0)
    return { vectors, width }
  }
  return undefined
}

/**
 * The text of a split: word ids (samples x steps), where the first 0 ends the sample, as in the
 * published loader; or word vectors (samples x steps x width), padded at the end with rows of
 * zeros, or with the row that more than half of the samples end with (the vector of the padding
 * token).
 *
 * @param lengths true lengths, if a file states them.
 * @throws LimbicError if there is no matrix of vectors for word ids, or an id is outside of it.
 */
export function textSource(
  text: FoldArray,
  lengths: FoldArray | undefined,
  samples: number,
  matrix: () => WordMatrix | undefined,
): SequenceSource {
  const stated = lengths && integerColumn(lengths, samples, 0)
  if (text.array.shape.length === 3) return vectorSource(text, samples, stated)
  const [steps = 0] = shapeOf(text, samples, 1)
  const known = matrix()
  if (known === undefined) {
    throw new LimbicError('the words are numbers, and their vectors are missing', {
      where: text.path,
      expected: 'W_embedding.npy (words x width) in the folder of the fold or the one above',
      hint: 'Copy it there',
    })
  }
  const indices = Int32Array.from(text.array.toNumbers())
  const found = Int32Array.from({ length: samples }, (_, sample) => {
    const padding = indices.subarray(sample * steps, (sample + 1) * steps).indexOf(0)
    return Math.min(stated?.[sample] ?? steps, padding < 0 ? steps : padding)
  })
  return tokenSource({ indices, steps, lengths: found, ...known }, text.path)
}

function vectorSource(
  text: FoldArray,
  samples: number,
  stated: Int32Array | undefined,
): SequenceSource {
  const [steps = 0, width = 0] = shapeOf(text, samples, 2)
  const { array } = text
  const lengths = Int32Array.from(
    stated ?? unpaddedLengths(text, samples, steps, width),
    (length) => Math.max(1, Math.min(length, steps)),
  )
  return {
    width,
    lengths,
    read: (sample, target, offset) =>
      array.readNumbers(sample * steps * width, (lengths[sample] ?? 0) * width, target, offset),
  }
}

function unpaddedLengths(
  { array }: FoldArray,
  samples: number,
  steps: number,
  width: number,
): Int32Array {
  const padding = paddingRow(array, samples, steps, width)
  const values = new Float32Array(steps * width)
  const isPadding = (step: number) => {
    let [zero, same] = [true, padding !== undefined]
    for (let feature = 0; feature < width && (zero || same); feature++) {
      const value = values[step * width + feature]
      if (value !== 0) zero = false
      if (value !== padding?.[feature]) same = false
    }
    return zero || same
  }
  return Int32Array.from({ length: samples }, (_, sample) => {
    array.readNumbers(sample * values.length, values.length, values, 0)
    let length = steps
    while (length > 0 && isPadding(length - 1)) length--
    return length
  })
}

/** The row that more than half of the samples end with. */
function paddingRow(
  array: FoldArray['array'],
  samples: number,
  steps: number,
  width: number,
): Float32Array | undefined {
  if (samples < 2) return undefined
  const counts = new Map<string, number>()
  for (let sample = 0; sample < samples; sample++) {
    const row = new Float32Array(width)
    array.readNumbers(((sample + 1) * steps - 1) * width, width, row, 0)
    const key = Buffer.from(row.buffer).toString('latin1')
    const count = (counts.get(key) ?? 0) + 1
    if (count > samples / 2) return row
    counts.set(key, count)
  }
  return undefined
}
