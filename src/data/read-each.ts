/** Reads all samples of a feature in order. */
import { LimbicError } from '../base/errors.js'
import { type Feature, type FeatureValues, typeOf, zeros } from './feature.js'

/**
 * Reads a feature once, sample by sample, in order, whether its reads are synchronous or not.
 *
 * @param take receives the numbers of each sample, step by step; they are overwritten afterwards
 */
export async function readEach(
  feature: Feature,
  take: (values: FeatureValues, sample: number) => void,
): Promise<void> {
  const { width, lengths } = feature
  const memory = memoryFor(feature)
  for (const [sample, length] of lengths.entries()) {
    const reading = feature.read(sample, memory, 0)
    // Awaiting a synchronous read would cost a microtask per sample.
    if (reading instanceof Promise) await reading
    take(memory.subarray(0, length * width), sample)
  }
}

/**
 * The same, synchronously, for features of files that a reader has just opened.
 *
 * @throws LimbicError if reading is asynchronous
 */
export function readEachNow(
  feature: Feature,
  take: (values: FeatureValues, sample: number) => void,
): void {
  const { width, lengths } = feature
  const memory = memoryFor(feature)
  lengths.forEach((length, sample) => {
    if (feature.read(sample, memory, 0) instanceof Promise) {
      throw new LimbicError('a feature with an asynchronous read cannot be used here', {
        expected: 'features that are read synchronously',
        hint: 'Read it first, and pass its values',
      })
    }
    take(memory.subarray(0, length * width), sample)
  })
}

function memoryFor(feature: Feature): FeatureValues {
  const longest = feature.lengths.reduce((most, length) => Math.max(most, length), 0)
  return zeros(typeOf(feature), longest * feature.width)
}
