/** Rows of a sequence that overlap an interval. */

import { epsilon } from './timed.js'

/** Which rows share time with a stretch, and what part of it each shares. */
export interface Overlap {
  /** Row numbers, in the order of their starts. */
  readonly rows: readonly number[]
  /** Start and end of the shared time of each of `rows`, `rows x 2`. */
  readonly intervals: readonly number[]
}

/** Finds the rows of one video that overlap a stretch of time, for many stretches of one video. */
export class OverlapFinder {
  readonly #intervals: Float64Array
  /** Rows in the order of their starts; rows that start together keep their order. */
  readonly #order: Int32Array
  /** The latest end among the first rows of the order: never falls, so it can be searched. */
  readonly #latestEnd: Float64Array

  /** @param intervals start and end of each row, `rows x 2`, in any order. */
  constructor(intervals: Float64Array) {
    const start = (row: number) => intervals[row * 2] as number
    this.#intervals = intervals
    this.#order = Int32Array.from({ length: intervals.length / 2 }, (_, row) => row)
    this.#order.sort((one, other) => start(one) - start(other) || one - other)
    this.#latestEnd = new Float64Array(this.#order.length)
    let latest = Number.NEGATIVE_INFINITY
    this.#order.forEach((row, place) => {
      latest = Math.max(latest, intervals[row * 2 + 1] as number)
      this.#latestEnd[place] = latest
    })
  }

  /**
   * The rows that share more than `epsilon` of time with [start, end], cut to it: a row that only
   * touches the stretch, or lasts no time itself, is left out.
   */
  find(start: number, end: number): Overlap {
    const rows: number[] = []
    const intervals: number[] = []
    for (let place = this.#firstReaching(start); place < this.#order.length; place++) {
      const row = this.#order[place] as number
      const rowStart = this.#intervals[row * 2] as number
      if (rowStart >= end) break
      const from = Math.max(rowStart, start)
      const to = Math.min(this.#intervals[row * 2 + 1] as number, end)
      if (to - from <= epsilon) continue
      rows.push(row)
      intervals.push(from, to)
    }
    return { rows, intervals }
  }

  /** The first place of the order at which some row, here or before, ends after `time`. */
  #firstReaching(time: number): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#latestEnd[middle] as number) > time) high = middle
      else low = middle + 1
    }
    return low
  }
}
