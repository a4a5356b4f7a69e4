/** Numbers that come in pieces of any length and are read by their place in the whole. */

import { LimbicError } from '../../../base/errors.js'
import type { Value } from '../../../runtime/session.js'

/** The numbers of a result. */
export function floatsOf(results: ReadonlyMap<string, Value>, name: string): Float32Array {
  const data = results.get(name)?.data
  if (data instanceof Float32Array) return data
  throw new LimbicError('a program gave no numbers', { where: name })
}

/** A window on a stream of rows, which forgets what nobody will read again. */
export class Tape {
  #data = new Float32Array(0)
  /** The row at the front of what is kept. */
  #first = 0
  #rows = 0

  /** @param width numbers in a row */
  constructor(readonly width = 1) {}

  /** Rows that were ever written. */
  get end(): number {
    return this.#first + this.#rows
  }

  /** Writes whole rows at the end. */
  push(values: Float32Array): void {
    const used = this.#rows * this.width
    if (used + values.length > this.#data.length) {
      const larger = new Float32Array(Math.max(4096, 2 * this.#data.length, used + values.length))
      larger.set(this.#data.subarray(0, used))
      this.#data = larger
    }
    this.#data.set(values, used)
    this.#rows += values.length / this.width
  }

  /** A copy of the rows `from` to `to - 1`, which must not be forgotten. */
  read(from: number, to: number): Float32Array {
    const place = (row: number) => (row - this.#first) * this.width
    return this.#data.slice(place(from), place(to))
  }

  /** Forgets the rows before this one. */
  forget(row: number): void {
    const gone = Math.min(row, this.end) - this.#first
    if (gone <= 0) return
    this.#data.copyWithin(0, gone * this.width, this.#rows * this.width)
    this.#first += gone
    this.#rows -= gone
  }
}
