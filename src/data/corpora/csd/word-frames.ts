/** The frames of single words in rows of some duration. */
import { numberAt } from '../../../base/numbers.js'
import { type FrameOptions, framesOfWords } from '../../../media/extract/word-frames.js'
import { epsilon, type TimedRows } from '../../prepare/align/timed.js'

/**
 * The frames of each word: see `framesOfWords`.
 *
 * @param intervals start and end of each word, `words x 2`
 * @param rows in any order; those without duration belong to no word
 */
export function framesOfTimedRows(
  intervals: Float64Array,
  { width, features, intervals: own }: TimedRows,
  options: FrameOptions,
  missing: number,
): Float32Array {
  const middles = Float64Array.from({ length: own.length / 2 }, (_, row) => {
    const [start, end] = [numberAt(own, 2 * row), numberAt(own, 2 * row + 1)]
    return end - start > epsilon ? (start + end) / 2 : Number.NaN
  })
  return framesOfWords(intervals, { width, values: features, middles }, options, missing)
}
