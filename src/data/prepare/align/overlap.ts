/** Rows of a sequence that overlap an interval. */
import { epsilon } from './timed.js'

/** The rows that overlap an interval, and the overlap of each. */
export interface Overlap {
  /** Row indices, in the order of their starts. */
  readonly rows: readonly number[]
  /** Start and end of the overlap of each of `rows`, `rows x 2`. */
  readonly intervals: readonly number[]
}

/** Finds the rows of a video that overlap an interval; sorted once, for many intervals. */
export class OverlapFinder {
  readonly #intervals: Float64Array
  /** Rows sorted by start (stable). */
  readonly #order: Int32Array
  /** The running maximum of the ends in that order, for binary search. */
  readonly #latestEnd: Float64Array

  /** @param intervals start and end of each row, `rows x 2`, in any order. */
  constructor(intervals: Float64Array) {
    const start = (row: number) => intervals[row * 2] ?? 0
    this.#intervals = intervals
    this.#order = Int32Array.from({ length: intervals.length / 2 }, (_, row) => row)
    this.#order.sort((one, other) => start(one) - start(other) || one - other)
    this.#latestEnd = new Float64Array(this.#order.length)
    let latest = Number.NEGATIVE_INFINITY
    this.#order.forEach((row, place) => {
      latest = Math.max(latest, intervals[row * 2 + 1] ?? 0)
      this.#latestEnd[place] = latest
    })
  }

  /**
   * The rows that overlap [start, end] by more than `epsilon`, clipped to it: a row that only
   * touches the interval, or has no duration, is left out.
   */
  find(start: number, end: number): Overlap {
    const rows: number[] = []
    const intervals: number[] = []
    for (let place = this.#firstReaching(start); place < this.#order.length; place++) {
      const row = this.#order[place] ?? 0
      const rowStart = this.#intervals[row * 2] ?? 0
      if (rowStart >= end) break
      const from = Math.max(rowStart, start)
      const to = Math.min(this.#intervals[row * 2 + 1] ?? 0, end)
      if (to - from <= epsilon) continue
      rows.push(row)
      intervals.push(from, to)
    }
    return { rows, intervals }
  }

  /** The first position in the order up to which some row ends after `time`. */
  #firstReaching(time: number): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#latestEnd[middle] ?? 0) > time) high = middle
      else low = middle + 1
    }
    return low
  }
}
