/** Pictures as decoders store them: planes of luma and colour, some at a lower resolution. */

import type { Picture } from '../../source.js'

/** Rows of numbers from 0 to 255 in memory. */
export interface Plane {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  /** The position of the first number. */
  readonly offset: number
  /** The distance from one row to the next. */
  readonly stride: number
  /** The distance from one number of a row to the next: more than 1 if planes are interleaved. */
  readonly step: number
}

/** The meaning of the numbers as colours. */
export type Colours =
  /** The planes are red, green and blue. */
  | { readonly model: 'rgb' }
  /** They are Y, Cb and Cr. */
  | { readonly model: 'ycbcr'; readonly matrix: Matrix; readonly fullRange: boolean }

/** The weights of red and blue in luma. */
export type Matrix = 'bt601' | 'bt709' | 'bt2020'

/** A picture in three planes, the first of them at full resolution. */
export interface Planes {
  readonly width: number
  readonly height: number
  readonly parts: readonly [Plane, Plane, Plane]
  readonly colours: Colours
}

/** A picture as planes. */
export function planesOf({ width, height, data }: Picture): Planes {
  const plane = { data, width, height, stride: 3 * width, step: 3 }
  return {
    ...{ width, height },
    parts: [
      { ...plane, offset: 0 },
      { ...plane, offset: 1 },
      { ...plane, offset: 2 },
    ],
    colours: { model: 'rgb' },
  }
}

/** Rotates a picture clockwise. */
export function turnPlanes(planes: Planes, rotation: 0 | 90 | 180 | 270): Planes {
  if (rotation === 0) return planes
  const [first, second, third] = planes.parts
  const isAcross = rotation !== 180
  return {
    width: isAcross ? planes.height : planes.width,
    height: isAcross ? planes.width : planes.height,
    parts: [turn(first, rotation), turn(second, rotation), turn(third, rotation)],
    colours: planes.colours,
  }
}

function turn({ data, width, height, offset, stride, step }: Plane, rotation: 90 | 180 | 270) {
  const isAcross = rotation !== 180
  const size = isAcross ? { width: height, height: width } : { width, height }
  const turned = new Uint8Array(width * height)
  // The original position of the new top left corner, and the original directions of its row and
  // column.
  const { corner, along, down } = {
    90: { corner: (height - 1) * stride, along: -stride, down: step },
    180: { corner: (height - 1) * stride + (width - 1) * step, along: -step, down: -stride },
    270: { corner: (width - 1) * step, along: stride, down: -step },
  }[rotation]
  let to = 0
  for (let row = 0; row < size.height; row++) {
    let from = offset + corner + row * down
    for (let column = 0; column < size.width; column++) {
      turned[to++] = data[from] ?? 0
      from += along
    }
  }
  return { data: turned, ...size, offset: 0, stride: size.width, step: 1 }
}

/** Crops a picture. Colour at half the resolution is cropped at the nearest position before. */
export function cropPlanes(
  planes: Planes,
  crop: { left: number; top: number; width: number; height: number },
): Planes {
  const { left, top, width, height } = crop
  if (left === 0 && top === 0 && width === planes.width && height === planes.height) return planes
  const cut = (plane: Plane): Plane => {
    const across = Math.round(planes.width / plane.width)
    const down = Math.round(planes.height / plane.height)
    const [column, row] = [Math.floor(left / across), Math.floor(top / down)]
    return {
      ...plane,
      width: Math.min(Math.ceil(width / across), plane.width - column),
      height: Math.min(Math.ceil(height / down), plane.height - row),
      offset: plane.offset + row * plane.stride + column * plane.step,
    }
  }
  const [first, second, third] = planes.parts
  return { width, height, parts: [cut(first), cut(second), cut(third)], colours: planes.colours }
}
