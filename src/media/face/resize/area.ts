/** Area resizing by a summed-area table: the mean over any rectangle takes four look-ups. */
import { LimbicError } from '../../../base/errors.js'
import type { Picture } from '../../source.js'
import type { Region } from '../box.js'

/** The scaling of the result: `(mean - offset) * factor`, for means from 0 to 255. */
export interface Levels {
  readonly offset: number
  readonly factor: number
}

const plainLevels: Levels = { offset: 0, factor: 1 }

/**
 * Sums of a part of a picture over all rectangles that start at its top left corner, for each
 * colour. They are stored modulo 2^32, which is exact for rectangles of up to 16 million pixels.
 */
export class AreaTable {
  readonly #sums: Uint32Array
  readonly #columns: number

  /**
   * @param region the part, in whole pixels within the picture
   * @throws LimbicError if the part extends beyond the picture
   */
  constructor(
    { width, height, data }: Picture,
    readonly region: Region = { left: 0, top: 0, right: width, bottom: height },
  ) {
    const { left, top, right, bottom } = region
    if (!(left >= 0 && top >= 0 && right <= width && bottom <= height)) {
      throw new LimbicError('the region reaches beyond the picture', {
        where: 'area resizing',
        expected: `a part of ${width} x ${height} pixels`,
        got: `${left}, ${top} to ${right}, ${bottom}`,
      })
    }
    const columns = (right - left + 1) * 3
    const sums = new Uint32Array(columns * (bottom - top + 1))
    for (let row = top; row < bottom; row++) {
      let [red, green, blue] = [0, 0, 0]
      let from = (row * width + left) * 3
      let to = (row - top + 1) * columns + 3
      for (let column = left; column < right; column++) {
        red += data[from] ?? 0
        green += data[from + 1] ?? 0
        blue += data[from + 2] ?? 0
        sums[to] = (sums[to - columns] ?? 0) + red
        sums[to + 1] = (sums[to + 1 - columns] ?? 0) + green
        sums[to + 2] = (sums[to + 2 - columns] ?? 0) + blue
        from += 3
        to += 3
      }
    }
    this.#sums = sums
    this.#columns = columns
  }

  /**
   * Resizes a region: result pixel `i` of `n` is the mean of pixels `floor(i size / n)` to `ceil((i
   * + 1) size / n)`, as PyTorch's `interpolate(mode='area')`. For enlarging, pixels repeat.
   *
   * @param region not empty, within the table's
   * @param target receives red, green and blue, each row by row, from `start` on
   */
  resize(
    region: Region,
    size: Size,
    target: Float32Array,
    start = 0,
    levels: Levels = plainLevels,
  ): void {
    const all = { left: 0, top: 0, right: size.width, bottom: size.height }
    this.#fill(gridOf(region, size, all), target, start, levels)
  }

  /**
   * A part of the result of `resize` for a region that may extend beyond the table.
   *
   * @param part pixels of the result, whose sources (`sourceOf`) are within the table
   */
  resizePart(region: Region, size: Size, part: Region, target: Float32Array, levels: Levels): void {
    this.#fill(gridOf(region, size, part), target, 0, levels)
  }

  #fill({ columns, rows }: Grid, target: Float32Array, start: number, levels: Levels): void {
    const { offset, factor } = levels
    const sums = this.#sums
    const { left: originLeft, top: originTop } = this.region
    const [width, height] = [columns.length / 2, rows.length / 2]
    const plane = width * height
    for (let row = 0; row < height; row++) {
      const above = ((rows[2 * row] ?? 0) - originTop) * this.#columns
      const below = ((rows[2 * row + 1] ?? 0) - originTop) * this.#columns
      const tall = (below - above) / this.#columns
      let to = start + row * width
      for (let column = 0; column < width; column++) {
        const first = (columns[2 * column] ?? 0) - originLeft
        const last = (columns[2 * column + 1] ?? 0) - originLeft
        const scale = factor / (tall * (last - first))
        const left = 3 * first
        const right = 3 * last
        for (let colour = 0; colour < 3; colour++) {
          const sum =
            ((sums[below + right + colour] ?? 0) -
              (sums[below + left + colour] ?? 0) -
              (sums[above + right + colour] ?? 0) +
              (sums[above + left + colour] ?? 0)) >>>
            0
          target[to + colour * plane] = sum * scale - offset * factor
        }
        to++
      }
    }
  }
}

/** Pixels of a picture. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The pixels of the picture that a part of a resized region depends on. */
export function sourceOf(region: Region, size: Size, part: Region): Region {
  const { columns, rows } = gridOf(region, size, part)
  return {
    left: columns[0] ?? 0,
    top: rows[0] ?? 0,
    right: columns.at(-1) ?? 0,
    bottom: rows.at(-1) ?? 0,
  }
}

/** The start and end of each column and row of the result in the picture. */
interface Grid {
  readonly columns: Int32Array
  readonly rows: Int32Array
}

function gridOf(region: Region, { width, height }: Size, part: Region): Grid {
  const { left, top, right, bottom } = region
  return {
    columns: binsOf([left, right], width, [part.left, part.right]),
    rows: binsOf([top, bottom], height, [part.top, part.bottom]),
  }
}

/** Bins `from` up to `to` of `count` that divide `[start, end)`. */
function binsOf(
  [start, end]: readonly [number, number],
  count: number,
  [from, to]: readonly [number, number],
): Int32Array {
  const bins = new Int32Array(2 * (to - from))
  for (let bin = from; bin < to; bin++) {
    bins[2 * (bin - from)] = start + Math.floor((bin * (end - start)) / count)
    bins[2 * (bin - from) + 1] = start + Math.ceil(((bin + 1) * (end - start)) / count)
  }
  return bins
}
