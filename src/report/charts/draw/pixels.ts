/** Pixels in a chart: a picture or a spectrogram, as PNG inside the SVG. */
import { encode } from 'fast-png'
import { type Box, element, type Piece } from './pieces.js'

/** Bytes row by row from the top left: red, green, blue of each pixel. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** A picture stretched over a box; `description` is read out. */
export function picture({ width, height, data }: Pixels, box: Box, description: string): Piece {
  const bytes = encode({ width, height, data, channels: 3, depth: 8 })
  const { left, top, right, bottom } = box
  const svg = element('image', {
    ...{ x: left, y: top, width: right - left, height: bottom - top },
    ...{ preserveAspectRatio: 'none', role: 'graphics-symbol', 'aria-label': description },
    href: `data:image/png;base64,${base64(bytes)}`,
  })
  return { svg, box }
}

/** `btoa` takes one byte per character; this many fit into the arguments of one call. */
const atOnce = 8192

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += atOnce) {
    text += String.fromCharCode(...bytes.subarray(from, from + atOnce))
  }
  return btoa(text)
}
