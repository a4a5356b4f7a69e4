/** Minimum, median and maximum of a list. */

import type { Numbers } from './check.js'

/** The spread of a list of numbers. */
export interface Spread {
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Least, middle and most of a list; the middle of an even number is the mean of the two. NaN of nothing. */
export function spreadOf(values: Numbers): Spread {
  const sorted = Float64Array.from(values).sort()
  const middle = (sorted.length - 1) / 2
  const at = (place: number) => sorted[place] ?? Number.NaN
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  }
}
