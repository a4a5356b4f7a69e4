/** The sequences of one modality, as a store keeps them: steps one after another, and where samples begin. */
import { LimbicError } from '../../../base/errors.js'
import type { StoredArray } from '../../../formats/npy/index.js'
import type { SequenceSource } from '../../dataset.js'

/** The samples of one modality, one after another in one array of steps x width. */
export function raggedSource(
  array: StoredArray,
  offsets: Float64Array,
  width: number,
  inMemory: boolean,
): SequenceSource {
  const start = (sample: number) => (offsets[sample] ?? 0) * width
  const lengths = Int32Array.from(
    { length: offsets.length - 1 },
    (_, sample) => (offsets[sample + 1] ?? 0) - (offsets[sample] ?? 0),
  )
  if (!inMemory) {
    return {
      width,
      lengths,
      read(sample, target, offset) {
        array.readNumbers(start(sample), start(sample + 1) - start(sample), target, offset)
      },
    }
  }
  const values = new Float32Array(array.size)
  array.readNumbers(0, array.size, values, 0)
  return {
    width,
    lengths,
    read(sample, target, offset) {
      target.set(values.subarray(start(sample), start(sample + 1)), offset)
    },
  }
}

/** @throws LimbicError unless offsets rise from 0 to the number of steps */
export function checkOffsets(offsets: Float64Array, steps: number, where: string): void {
  const rising = offsets.every((offset, row) => row === 0 || offset >= (offsets[row - 1] ?? 0))
  if (rising && offsets[0] === 0 && offsets.at(-1) === steps) return
  throw new LimbicError('the offsets do not match the steps', {
    where,
    expected: `rising from 0 to ${steps}`,
    hint: 'The file is damaged; convert the original files again',
  })
}
