/** The frames of single words: the rows of voice or face during each word. */
import { numberAt } from '../../base/numbers.js'

/** How rows become the frames of a word. */
export interface FrameOptions {
  /** The largest number of frames of a word; later ones are left out. */
  readonly most: number
  /** Frames per second: rows within one frame are averaged. */
  readonly rate: number
}

/** Rows of numbers at moments in time. */
export interface MomentRows {
  readonly width: number
  /** Row by row. */
  readonly values: ArrayLike<number>
  /** The middle of each row in seconds, in any order; NaN for a row that belongs to no word. */
  readonly middles: Float64Array
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
 */
export function framesOfWords(
  intervals: Float64Array,
  rows: MomentRows,
  { most, rate }: FrameOptions,
  missing: number,
): Float32Array {
  const { width } = rows
  const words = intervals.length / 2
  const size = most * width + 1
  const table = new Float32Array(words * size).fill(missing)
  const placed = placedRows(rows.middles)
  for (let word = 0; word < words; word++) {
    const [start, end] = [numberAt(intervals, 2 * word), numberAt(intervals, 2 * word + 1)]
    const kept = rowsOfFrames(placed, start, end, rate).slice(0, most)
    for (const [frame, own] of kept.entries()) {
      table.set(meanOfRows(rows, own), word * size + frame * width)
    }
    table[word * size + size - 1] = kept.length
  }
  return table
}

/** A row, and its middle. */
interface PlacedRow {
  readonly row: number
  readonly middle: number
}

/** Rows that have a middle, in its order. */
function placedRows(middles: Float64Array): PlacedRow[] {
  const placed: PlacedRow[] = []
  for (const [row, middle] of middles.entries()) {
    if (!Number.isNaN(middle)) placed.push({ row, middle })
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
function meanOfRows({ values, width }: MomentRows, rows: readonly number[]): Float32Array {
  return Float32Array.from({ length: width }, (_, column) => {
    const known = rows
      .map((row) => numberAt(values, row * width + column))
      .filter((value) => !Number.isNaN(value))
    return known.reduce((sum, value) => sum + value, 0) / known.length
  })
}
