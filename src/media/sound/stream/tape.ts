/** Numbers that come in pieces of any length and are read by their place in the whole. */

import { LimbicError } from '../../../base/errors.js'
import type { Value } from '../../../runtime/session.js'

/** The numbers of a result. */
export function floatsOf(results: ReadonlyMap<string, Value>, name: string): Float32Array {
  const data = results.get(name)?.data
  if (data instanceof Float32Array) return data
  throw new LimbicError('a program returned no numbers', { where: name })
}

/** A window on a stream of rows, which forgets what nobody will read again, and copies as little as it can. */
export class Tape {
  #data: Float32Array = new Float32Array(0)
  /** Whether `#data` may be written to: what was pushed belongs to others. */
  #isOwn = true
  /** Where in `#data` the first row that is kept begins. */
  #start = 0
  /** The number of that row. */
  #first = 0
  #rows = 0

  /** @param width numbers in a row */
  constructor(readonly width = 1) {}

  /** Rows that were ever written. */
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
      // Small pieces find room for as many again; a large one comes alone.
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

  /** The rows `from` to `to - 1`, which must not be forgotten: a view that holds until the next `push`. */
  read(from: number, to: number): Float32Array {
    const place = (row: number) => this.#start + (row - this.#first) * this.width
    return this.#data.subarray(place(from), place(to))
  }

  /** Forgets the rows before this one. */
  forget(row: number): void {
    const gone = Math.min(row, this.end) - this.#first
    if (gone <= 0) return
    this.#start += gone * this.width
    this.#first += gone
    this.#rows -= gone
  }
}
