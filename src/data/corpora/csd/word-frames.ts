/** The frames of single words: the rows of voice or face during each word. */
import { numberAt } from '../../../base/numbers.js'
import { epsilon, type TimedRows } from '../../prepare/align/timed.js'

/** How rows become the frames of a word. */
export interface FrameOptions {
  /** The largest number of frames of a word; later ones are left out. */
  readonly most: number
  /** Frames per second: rows within one frame are averaged. */
  readonly rate: number
}

/**
 * The frames of each word, `[words, most * width + 1]` row by row: its frames one after another,
 * `missing` after the last, and how many there are.
 *
 * As in the published code of RAVEN, a row belongs to the word in which its middle falls, and frames
 * begin with the middle of the word's first row. A frame without rows is left out. That code drops
 * the last frame of every word, which here counts like the others.
 *
 * @param intervals start and end of each word, `words x 2`
 * @param rows in any order; those without duration belong to no word
 */
export function framesOfWords(
  intervals: Float64Array,
  rows: TimedRows,
  { most, rate }: FrameOptions,
  missing: number,
): Float32Array {
  const { width, features } = rows
  const words = intervals.length / 2
  const size = most * width + 1
  const table = new Float32Array(words * size).fill(missing)
  const placed = placedRows(rows.intervals)
  for (let word = 0; word < words; word++) {
    const [start, end] = [numberAt(intervals, 2 * word), numberAt(intervals, 2 * word + 1)]
    const kept = rowsOfFrames(placed, start, end, rate).slice(0, most)
    for (const [frame, own] of kept.entries()) {
      table.set(meanOfRows(features, width, own), word * size + frame * width)
    }
    table[word * size + size - 1] = kept.length
  }
  return table
}

/** A row, and the middle of its interval. */
interface PlacedRow {
  readonly row: number
  readonly middle: number
}

/** Rows of some duration, in the order of their middles. */
function placedRows(intervals: Float64Array): PlacedRow[] {
  const placed: PlacedRow[] = []
  for (let row = 0; row < intervals.length / 2; row++) {
    const [start, end] = [numberAt(intervals, 2 * row), numberAt(intervals, 2 * row + 1)]
    if (end - start > epsilon) placed.push({ row, middle: (start + end) / 2 })
  }
  return placed.sort((one, other) => one.middle - other.middle || one.row - other.row)
}

/** The rows of each frame of an interval, none of them empty. */
function rowsOfFrames(
  placed: readonly PlacedRow[],
  start: number,
  end: number,
  rate: number,
): number[][] {
  const first = firstFrom(placed, start)
  const origin = placed[first]?.middle ?? end
  const frames = new Map<number, number[]>()
  for (const { row, middle } of placed.slice(first, firstFrom(placed, end))) {
    // Rounding must not move a row that begins a frame into the one before.
    const frame = Math.floor((middle - origin) * rate + 1e-6)
    const known = frames.get(frame)
    if (known) known.push(row)
    else frames.set(frame, [row])
  }
  return [...frames.values()]
}

/** The number of rows whose middles are below a bound. */
function firstFrom(placed: readonly PlacedRow[], bound: number): number {
  let [low, high] = [0, placed.length]
  while (low < high) {
    const between = (low + high) >>> 1
    if ((placed[between]?.middle ?? bound) < bound) low = between + 1
    else high = between
  }
  return low
}

/** The mean of rows, without missing numbers (NaN); NaN where all are missing. */
function meanOfRows(features: Float32Array, width: number, rows: readonly number[]): Float32Array {
  return Float32Array.from({ length: width }, (_, column) => {
    const values = rows
      .map((row) => numberAt(features, row * width + column))
      .filter((value) => !Number.isNaN(value))
    return values.reduce((sum, value) => sum + value, 0) / values.length
  })
}
