/** Numbers that arrive in pieces of any length and are read by position in the whole. */

import { LimbicError } from '../../../base/errors.js'
import type { Value } from '../../../runtime/session.js'

/** The numbers of a result. */
export function floatsOf(results: ReadonlyMap<string, Value>, name: string): Float32Array {
  const data = results.get(name)?.data
  if (data instanceof Float32Array) return data
  throw new LimbicError('a program returned no numbers', { where: name })
}

/** A window on a stream of rows, which drops rows on request and avoids copies. */
export class Tape {
  #data: Float32Array = new Float32Array(0)
  /** Whether `#data` may be written to; arrays that were pushed belong to the caller. */
  #isOwn = true
  /** The position in `#data` of the first row kept. */
  #start = 0
  /** The number of that row. */
  #first = 0
  #rows = 0

  /** @param width numbers in a row */
  constructor(readonly width = 1) {}

  /** The number of rows written so far. */
  get end(): number {
    return this.#first + this.#rows
  }

  /** Writes whole rows at the end; they must not change afterwards. */
  push(values: Float32Array): void {
    if (values.length === 0) return
    const used = this.#rows * this.width
    this.#rows += values.length / this.width
    if (used === 0) {
      this.#data = values
      this.#isOwn = false
      this.#start = 0
      return
    }
    const needed = used + values.length
    const kept = this.#data.subarray(this.#start, this.#start + used)
    if (!this.#isOwn || needed > this.#data.length) {
      // Small pieces are copied to a buffer with spare room; a large one is used as it is.
      this.#data = new Float32Array(needed + (values.length < used ? used : 0))
      this.#isOwn = true
      this.#data.set(kept)
      this.#start = 0
    } else if (this.#start + needed > this.#data.length) {
      this.#data.copyWithin(0, this.#start, this.#start + used)
      this.#start = 0
    }
    this.#data.set(values, this.#start + used)
  }

  /**
   * The rows `from` to `to - 1`, which must not have been dropped: a view that is valid until the
   * next `push`.
   */
  read(from: number, to: number): Float32Array {
    const place = (row: number) => this.#start + (row - this.#first) * this.width
    return this.#data.subarray(place(from), place(to))
  }

  /** Drops the rows before this one. */
  forget(row: number): void {
    const gone = Math.min(row, this.end) - this.#first
    if (gone <= 0) return
    this.#start += gone * this.width
    this.#first += gone
    this.#rows -= gone
  }
}
