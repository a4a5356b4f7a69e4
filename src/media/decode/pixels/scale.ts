/** Scales planes with the filters of ffmpeg's libswscale. */
import type { Plane } from './planes.js'

/** What each number of a result takes of successive numbers along an axis. */
interface Taps {
  readonly count: number
  /** Weights of one result. */
  readonly size: number
  /** The first number that each result takes. */
  readonly first: Int32Array
  readonly weights: Float32Array
}

/** As much as libswscale's 15 bits hold between rows and columns: bicubic sums may exceed 255. */
const mostBetween = 32767 / 128

/** `area`: means of what a pixel covers, linear where it enlarges. `bicubic`: for enlarging. */
export type Filter = 'area' | 'bicubic'

/**
 * Scales a plane.
 *
 * @returns `width * height` numbers, not rounded; bicubic ones may exceed 0 to 255
 */
export function scalePlane(
  plane: Plane,
  size: { readonly width: number; readonly height: number },
  filter: Filter,
): Float32Array {
  const rows = scaleRows(plane, tapsOf(plane.width, size.width, filter))
  if (size.height === plane.height) return rows
  return scaleColumns(rows, size.width, tapsOf(plane.height, size.height, filter))
}

function scaleRows({ data, height, offset, stride, step }: Plane, taps: Taps): Float32Array {
  const { count, size, first, weights } = taps
  const result = new Float32Array(count * height)
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
      result[to++] = Math.min(sum, mostBetween)
    }
  }
  return result
}

function scaleColumns(rows: Float32Array, width: number, taps: Taps): Float32Array {
  const { count, size, first, weights } = taps
  const result = new Float32Array(count * width)
  for (let row = 0; row < count; row++) {
    for (let tap = 0; tap < size; tap++) {
      const weight = weights[row * size + tap] ?? 0
      if (weight === 0) continue
      let from = ((first[row] ?? 0) + tap) * width
      let to = row * width
      for (let column = 0; column < width; column++) {
        result[to] = (result[to] ?? 0) + weight * (rows[from] ?? 0)
        to++
        from++
      }
    }
  }
  return result
}

/** Beyond its ends an axis continues with its first and its last number. */
function tapsOf(from: number, to: number, filter: Filter): Taps {
  const scale = from / to
  const { reach, kernel } = kernelOf(scale, filter)
  const size = Math.min(from, from === to ? 1 : Math.ceil(2 * reach) + 1)
  const first = new Int32Array(to)
  const weights = new Float32Array(to * size)
  for (let place = 0; place < to; place++) {
    const centre = (place + 0.5) * scale - 0.5
    const begin = from === to ? place : Math.floor(centre - reach) + 1
    const start = Math.min(Math.max(begin, 0), from - size)
    const shares = new Float64Array(size)
    let total = 0
    for (let at = begin; at <= centre + reach && at < begin + 2 * reach + 1; at++) {
      const share = kernel(Math.abs(at - centre))
      const inside = Math.min(Math.max(at, 0), from - 1) - start
      shares[inside] = (shares[inside] ?? 0) + share
      total += share
    }
    first[place] = start
    for (let tap = 0; tap < size; tap++) weights[place * size + tap] = (shares[tap] ?? 0) / total
  }
  return { count: to, size, first, weights }
}

interface Kernel {
  /** Further away, in numbers of the source, nothing counts. */
  readonly reach: number
  kernel(distance: number): number
}

function kernelOf(scale: number, filter: Filter): Kernel {
  if (filter === 'bicubic') return { reach: 2, kernel: bicubic }
  if (scale <= 1) return { reach: 1, kernel: (distance) => Math.max(0, 1 - distance) }
  const reach = (scale + 1) / 2
  return { reach, kernel: (distance) => Math.min(1, Math.max(0, reach - distance)) }
}

/** Mitchell and Netravali's filter with B = 0 and C = 0.6, the default of libswscale. */
function bicubic(distance: number): number {
  const [square, cube] = [distance ** 2, distance ** 3]
  if (distance < 1) return 1.4 * cube - 2.4 * square + 1
  return distance < 2 ? -0.6 * cube + 3 * square - 4.8 * distance + 2.4 : 0
}
