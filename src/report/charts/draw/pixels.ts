/** Pixels in a chart: a picture or a spectrogram, as PNG inside the SVG. */
import { encode } from 'fast-png'
import { type Box, element, type Piece } from './pieces.js'

/**
 * Bytes row by row from the top left: red, green, blue of each pixel; or grey alone; or red, green,
 * blue and opacity.
 */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** Default: 3. */
  readonly channels?: 1 | 3 | 4
  readonly data: Uint8Array
}

/** A picture stretched over a box; `description` is read out, and without one it is hidden. */
export function picture(
  { width, height, channels = 3, data }: Pixels,
  box: Box,
  description?: string,
): Piece {
  const bytes = encode({ width, height, data, channels, depth: 8 })
  const { left, top, right, bottom } = box
  const svg = element('image', {
    ...{ x: left, y: top, width: right - left, height: bottom - top },
    preserveAspectRatio: 'none',
    ...(description === undefined
      ? { 'aria-hidden': 'true' }
      : { role: 'graphics-symbol', 'aria-label': description }),
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
