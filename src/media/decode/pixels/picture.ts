/**
 * Converts planes to pictures in red, green and blue by ffmpeg's arithmetic, so that a page and
 * Node agree.
 */
import type { Picture } from '../../source.js'
import type { Cut, Size } from '../request.js'
import {
  type Colours,
  cropPlanes,
  type Matrix,
  type Planes,
  planesOf,
  turnPlanes,
} from './planes.js'
import { scaleRows, sumColumns } from './scale.js'

/**
 * Rotates planes upright, crops, scales, and converts them to red, green and blue.
 *
 * @param rotation clockwise, in degrees
 * @param cut of the upright picture
 */
export function pictureOf(planes: Planes, rotation: 0 | 90 | 180 | 270, cut: Cut): Picture {
  const { size } = cut
  const part = cropPlanes(turnPlanes(planes, rotation), cut)
  const reduces = size.width < cut.width || size.height < cut.height
  const filter = reduces ? 'area' : 'bicubic'
  const [first, second, third] = part.parts
  const scaled = [
    scaleRows(first, size, filter),
    scaleRows(second, size, filter),
    scaleRows(third, size, filter),
  ] as const
  const { width, height } = size
  const data = new Uint8Array(3 * width * height)
  const sums = [new Int32Array(width), new Int32Array(width), new Int32Array(width)] as const
  const write = writerOf(planes.colours)
  // Where both take two rows, libswscale interpolates without rounding.
  const isLinear = scaled[0].down.size === 2 && scaled[1].down.size === 2
  for (let row = 0; row < height; row++) {
    for (const [place, rows] of scaled.entries()) {
      const into = sums[place]
      if (into) sumColumns(rows, row, into, isLinear ? 0 : 512)
    }
    write(...sums, data, 3 * width * row)
  }
  return { width, height, data }
}

/** All of some planes converted to red, green and blue, scaled to a size. */
export function converted(planes: Planes, { width, height }: Size = planes): Planes {
  const whole = { left: 0, top: 0, width: planes.width, height: planes.height }
  return planesOf(pictureOf(planes, 0, { ...whole, size: { width, height } }))
}

/** Planes of a given size: unchanged if they have it, otherwise converted and scaled. */
export function inSize(planes: Planes, size: Size): Planes {
  const fits = planes.width === size.width && planes.height === size.height
  return fits ? planes : converted(planes, size)
}

type Row = (
  first: Int32Array,
  second: Int32Array,
  third: Int32Array,
  data: Uint8Array,
  to: number,
) => void

function writerOf(colours: Colours): Row {
  return colours.model === 'rgb' ? writeRgb : converter(colours.matrix, colours.fullRange)
}

const writeRgb: Row = (first, second, third, data, to) => {
  for (let column = 0; column < first.length; column++) {
    data[to++] = level(first[column] ?? 0)
    data[to++] = level(second[column] ?? 0)
    data[to++] = level(third[column] ?? 0)
  }
}

function level(sum: number): number {
  return Math.min(255, Math.max(0, (sum + 2 ** 18) >> 19))
}

/**
 * The factors from Cr to red, Cb to blue, Cb to green and Cr to green, times 2^16, for limited
 * range: `ff_yuv2rgb_coeffs` in libswscale/yuv2rgb.c, from Rec. ITU-R BT.601, BT.709 and BT.2020.
 */
const factors: Readonly<Record<Matrix, readonly [number, number, number, number]>> = {
  bt601: [104597, 132201, 25675, 53279],
  bt709: [117489, 138438, 13975, 34925],
  bt2020: [110013, 140363, 12277, 42626],
}

/** `yuv2rgb_write_full` in libswscale/output.c. */
function converter(matrix: Matrix, fullRange: boolean): Row {
  const inUnits = (factor: number) => Math.floor((factor * 2 ** 13 + 2 ** 15) / 2 ** 16)
  const ofRange = (factor: number) => Math.trunc(fullRange ? (factor * 224) / 255 : factor)
  const [redOfV, blueOfU, greenOfU, greenOfV] = factors[matrix]
  const v2r = inUnits(ofRange(redOfV))
  const u2b = inUnits(ofRange(blueOfU))
  const u2g = inUnits(-ofRange(greenOfU))
  const v2g = inUnits(-ofRange(greenOfV))
  const y2rgb = inUnits(fullRange ? 65536 : Math.trunc((65536 * 255) / 219))
  const black = fullRange ? 0 : 16 << 9
  const grey = 128 << 9
  return (first, second, third, data, to) => {
    for (let column = 0; column < first.length; column++) {
      const luma = (((first[column] ?? 0) >> 10) - black) * y2rgb + 2 ** 21
      const u = ((second[column] ?? 0) >> 10) - grey
      const v = ((third[column] ?? 0) >> 10) - grey
      data[to++] = clipped(luma + v * v2r)
      data[to++] = clipped(luma + v * v2g + u * u2g)
      data[to++] = clipped(luma + u * u2b)
    }
  }
}

/** Levels are in units of 2^22. */
function clipped(value: number): number {
  return value <= 0 ? 0 : value >= 2 ** 30 ? 255 : value >> 22
}
