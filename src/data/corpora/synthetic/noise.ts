/** Noise of the synthetic corpus. */

import { randomWord, type StreamKey, streamKey } from '../../../base/random.js'

/**
 * Fast approximately normal numbers of mean 0 and standard deviation 1: the sum of the four bytes
 * of a random word. Millions are drawn each time a corpus is read, and nothing depends on the tails
 * (no number is beyond 3.45).
 */
export class NoiseStream {
  readonly #key: StreamKey
  #index = 0

  constructor(seed: number, ...path: readonly (string | number)[]) {
    this.#key = streamKey(seed, ...path)
  }

  next(): number {
    const word = randomWord(this.#key, this.#index++)
    const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24)
    return (sum - 510) / byteSumDeviation
  }
}

/** The square root of four times a byte's variance, (256^2 - 1) / 12. */
const byteSumDeviation = Math.sqrt((4 * (256 ** 2 - 1)) / 12)

/** `rows x width` near-normal numbers: the fixed directions in which a corpus shows its channels. */
export function noiseMatrix(
  rows: number,
  width: number,
  seed: number,
  ...path: readonly (string | number)[]
): Float32Array {
  const noise = new NoiseStream(seed, ...path)
  return Float32Array.from({ length: rows * width }, () => noise.next())
}
