/** Scales planes and sums them up, in the integer arithmetic of ffmpeg's libswscale. */
import type { Plane } from './planes.js'
import { type Filter, type Taps, tapsOf } from './taps.js'

/** Vertical weights and the rows that they apply to. */
export interface ScaledRows {
  /** Rows of numbers from 0 to 32767, 128 for each level. */
  readonly rows: Int16Array
  readonly width: number
  /** Weights of 4096 in all. */
  readonly down: Taps
}

/** The largest number of 15 bits, since bicubic sums may exceed 255. */
const most = 32767

/**
 * Scales the rows of a plane, and computes the weights for its columns.
 *
 * @param size of the result, in pixels
 */
export function scaleRows(
  plane: Plane,
  size: { readonly width: number; readonly height: number },
  filter: Filter,
): ScaledRows {
  const across = tapsOf(plane.width, size.width, filter, { bits: 14, align: 4 })
  const down = tapsOf(plane.height, size.height, filter, { bits: 12, align: 2 })
  const rows = plane.width === size.width ? copied(plane) : weighed(plane, across)
  return { rows, width: size.width, down }
}

function copied({ data, width, height, offset, stride, step }: Plane): Int16Array {
  const rows = new Int16Array(width * height)
  let to = 0
  for (let row = 0; row < height; row++) {
    let from = offset + row * stride
    for (let column = 0; column < width; column++) {
      rows[to++] = (data[from] ?? 0) << 7
      from += step
    }
  }
  return rows
}

function weighed({ data, height, offset, stride, step }: Plane, taps: Taps): Int16Array {
  const { count, size, first, weights } = taps
  const rows = new Int16Array(count * height)
  let to = 0
  for (let row = 0; row < height; row++) {
    const begin = offset + row * stride
    let weight = 0
    for (let place = 0; place < count; place++) {
      let from = begin + (first[place] ?? 0) * step
      let sum = 0
      for (let tap = 0; tap < size; tap++) {
        sum += (weights[weight++] ?? 0) * (data[from] ?? 0)
        from += step
      }
      rows[to++] = Math.min(sum >> 7, most)
    }
  }
  return rows
}

/**
 * One row of the result: sums over columns.
 *
 * @param sums receives numbers of 2^19 for each level
 * @param rounding the initial value of each sum
 */
export function sumColumns(
  { rows, width, down }: ScaledRows,
  row: number,
  sums: Int32Array,
  rounding: number,
): void {
  sums.fill(rounding)
  for (let tap = 0; tap < down.size; tap++) {
    const weight = down.weights[row * down.size + tap] ?? 0
    if (weight === 0) continue
    let from = ((down.first[row] ?? 0) + tap) * width
    for (let column = 0; column < width; column++) {
      sums[column] = (sums[column] ?? 0) + weight * (rows[from++] ?? 0)
    }
  }
}
