/** Noise of the synthetic corpus. */

import { randomWord, type StreamKey, streamKey } from '../../../base/random.js'

/**
 * Near-normal numbers of mean 0 and deviation 1, quickly: the sum of the four bytes of a random
 * word. Millions are drawn each time a corpus is read, and nothing depends on their far tails
 * (none lies beyond 3.45).
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

/** Four times the variance of a byte, (256^2 - 1) / 12, under the root. */
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
