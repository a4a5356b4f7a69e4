/**
 * Random numbers as a pure function of (seed, stream, index).
 *
 * Nothing here carries hidden state, so the same seed gives the same parameters, batches and
 * dropout on any machine, and a resumed run draws what an uninterrupted one would have drawn.
 * Word `i` of a stream is a two-round avalanche (the finaliser of MurmurHash3, public domain)
 * of the counter `i` under the stream's 64-bit key.
 */
import { numberAt } from './numbers.js'

/** The two 32-bit halves of a stream's key. */
export interface StreamKey {
  readonly low: number
  readonly high: number
}

/** The 32-bit finaliser of MurmurHash3: every input bit flips each output bit half of the time. */
function avalanche(word: number): number {
  let bits = word | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** The key of the stream that `seed` and a path of names and numbers (epoch, step, ...) select. */
export function streamKey(seed: number, ...path: readonly (string | number)[]): StreamKey {
  let low = avalanche(seed ^ 0x9e3779b9)
  let high = avalanche(Math.floor(seed / 0x1_0000_0000) ^ low ^ 0x7f4a7c15)
  const absorb = (word: number) => {
    low = avalanche(low ^ word)
    high = avalanche(high + low + 0x632be5ab)
  }
  for (const part of path) {
    if (typeof part === 'number') {
      absorb(part)
      absorb(Math.floor(part / 0x1_0000_0000) ^ 0x5bd1e995)
    } else {
      for (let position = 0; position < part.length; position++) absorb(part.charCodeAt(position))
      absorb(part.length ^ 0x27d4eb2f)
    }
  }
  return { low, high }
}

/** Word `index` of a stream: an integer in [0, 2^32). */
export function randomWord(key: StreamKey, index: number): number {
  return avalanche(avalanche(Math.imul(index, 0x9e3779b1) + key.low) ^ key.high)
}

/** A cursor over one stream, for code that draws numbers in sequence. */
export class RandomStream {
  readonly #key: StreamKey
  #index = 0

  constructor(seed: number, ...path: readonly (string | number)[]) {
    this.#key = streamKey(seed, ...path)
  }

  /** An integer in [0, 2^32). */
  word(): number {
    return randomWord(this.#key, this.#index++)
  }

  /** A real number in [low, high), with 53 random bits. */
  uniform(low = 0, high = 1): number {
    const fraction = ((this.word() >>> 5) * 0x400_0000 + (this.word() >>> 6)) / 0x20_0000_0000_0000
    return low + (high - low) * fraction
  }

  /** A draw from the normal distribution (Box and Muller). */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return mean + deviation * radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** An integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound)
  }

  /** A random order of the integers 0 .. count - 1 (Fisher and Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, position) => position)
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const held = numberAt(order, last)
      order[last] = numberAt(order, other)
      order[other] = held
    }
    return order
  }
}
