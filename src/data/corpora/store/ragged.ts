/**
 * The sequences of one modality in a store: all steps concatenated, and the offset of each sample.
 */
import { LimbicError } from '../../../base/errors.js'
import type { StoredArray } from '../../../formats/npy/index.js'
import {
  copyValues,
  type Feature,
  type FeatureType,
  type FeatureValues,
  zeros,
} from '../../feature.js'

/** A feature's properties in the manifest. */
export interface Described {
  readonly width: number
  readonly shape?: readonly number[] | undefined
  readonly dataType?: FeatureType | undefined
  readonly time?: string | false | undefined
}

/** The samples of one feature, concatenated in an array of steps x width. */
export function raggedFeature(
  array: StoredArray,
  offsets: Float64Array,
  { width, shape, dataType, time }: Described,
  inMemory: boolean,
): Feature {
  const start = (sample: number) => (offsets[sample] ?? 0) * width
  const described = {
    width,
    ...(shape && { shape }),
    ...(dataType && { dataType }),
    ...(time !== undefined && { time }),
    lengths: Int32Array.from(
      { length: offsets.length - 1 },
      (_, sample) => (offsets[sample + 1] ?? 0) - (offsets[sample] ?? 0),
    ),
  }
  if (!inMemory) {
    return {
      ...described,
      read(sample, target, offset) {
        readInto(array, start(sample), start(sample + 1) - start(sample), target, offset)
      },
    }
  }
  const values = zeros(dataType ?? 'float32', array.size)
  readInto(array, 0, array.size, values, 0)
  return {
    ...described,
    read(sample, target, offset) {
      copyValues(target, values.subarray(start(sample), start(sample + 1)), offset)
    },
  }
}

function readInto(
  array: StoredArray,
  start: number,
  count: number,
  target: FeatureValues,
  offset: number,
): void {
  if (target instanceof Float32Array) {
    array.readNumbers(start, count, target, offset)
    return
  }
  const numbers = new Float64Array(count)
  array.readNumbers(start, count, numbers, 0)
  if (target instanceof BigInt64Array) target.set(Array.from(numbers, BigInt), offset)
  else target.set(numbers, offset)
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
