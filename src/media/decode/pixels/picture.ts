/** Planes to pictures in red, green and blue, by the arithmetic of ffmpeg: the same numbers in a page and in Node. */
import type { Picture } from '../../source.js'
import type { Cut } from '../request.js'
import { type Colours, cropPlanes, type Matrix, type Planes, turnPlanes } from './planes.js'
import { scalePlane } from './scale.js'

/** Shares of red and blue in luma: Rec. ITU-R BT.601-7, BT.709-6 and BT.2020-2. */
const shares: Readonly<Record<Matrix, readonly [red: number, blue: number]>> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
}

/**
 * Turns planes upright, cuts, scales, and converts them to red, green and blue.
 *
 * @param rotation degrees clockwise by which the planes are to be turned
 * @param cut of the upright picture
 */
export function pictureOf(planes: Planes, rotation: 0 | 90 | 180 | 270, cut: Cut): Picture {
  const { size } = cut
  const part = cropPlanes(turnPlanes(planes, rotation), cut)
  const reduces = size.width < cut.width || size.height < cut.height
  const filter = reduces ? 'area' : 'bicubic'
  const [first, second, third] = part.parts.map((plane) => scalePlane(plane, size, filter))
  const data = new Uint8Array(3 * size.width * size.height)
  if (first && second && third) convert(first, second, third, planes.colours, data)
  return { ...size, data }
}

function convert(
  first: Float32Array,
  second: Float32Array,
  third: Float32Array,
  colours: Colours,
  data: Uint8Array,
): void {
  if (colours.model === 'rgb') {
    for (let at = 0, to = 0; at < first.length; at++) {
      data[to++] = level(first[at] ?? 0)
      data[to++] = level(second[at] ?? 0)
      data[to++] = level(third[at] ?? 0)
    }
    return
  }
  const factors = factorsOf(colours.matrix, colours.fullRange)
  const { base, luma, redOfThird, greenOfSecond, greenOfThird, blueOfSecond } = factors
  for (let at = 0, to = 0; at < first.length; at++) {
    const grey = luma * ((first[at] ?? 0) - base)
    const u = (second[at] ?? 0) - 128
    const v = (third[at] ?? 0) - 128
    data[to++] = level(grey + redOfThird * v)
    data[to++] = level(grey + greenOfSecond * u + greenOfThird * v)
    data[to++] = level(grey + blueOfSecond * u)
  }
}

function level(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0
}

/** `R = Y + 2 (1 - kr) V`, `B = Y + 2 (1 - kb) U`, and green from both, of the range that is used. */
function factorsOf(matrix: Matrix, fullRange: boolean) {
  const [red, blue] = shares[matrix]
  const green = 1 - red - blue
  const luma = fullRange ? 1 : 255 / 219
  const chroma = fullRange ? 1 : 255 / 224
  return {
    base: fullRange ? 0 : 16,
    luma,
    redOfThird: 2 * (1 - red) * chroma,
    greenOfSecond: ((-2 * (1 - blue) * blue) / green) * chroma,
    greenOfThird: ((-2 * (1 - red) * red) / green) * chroma,
    blueOfSecond: 2 * (1 - blue) * chroma,
  }
}
