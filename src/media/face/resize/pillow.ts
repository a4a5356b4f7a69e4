/** Resizing like Pillow on bytes: bilinear, with a wider filter for downscaling. */
import { applyTaps, type Taps } from './taps.js'

/** The bits of precision of Pillow's integer weights (`Resample.c`, `PRECISION_BITS`). */
const unit = 2 ** 22

/**
 * Resizes planes of bytes like Pillow's `resize(..., BILINEAR)`: columns, rounded to bytes, then
 * rows.
 *
 * @param planes `channels` planes of `width` columns, row by row
 * @returns as many planes of the new size
 */
export function resizeLikePillow(
  planes: Uint8Array,
  from: { readonly width: number; readonly height: number; readonly channels: number },
  to: { readonly width: number; readonly height: number },
): Uint8Array {
  const taps = [bilinearTaps(from.width, to.width), bilinearTaps(from.height, to.height)] as const
  return Uint8Array.from(applyTaps(planes, from, taps, roundToByte), roundToByte)
}

function roundToByte(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), 0), 255)
}

function bilinearTaps(from: number, to: number): Taps[] {
  const scale = from / to
  const reach = Math.max(scale, 1)
  return Array.from({ length: to }, (_, place) => {
    const centre = (place + 0.5) * scale
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0)
    const last = Math.min(Math.trunc(centre + reach + 0.5), from)
    const shares = Array.from({ length: last - first }, (_, tap) =>
      Math.max(1 - Math.abs((first + tap - centre + 0.5) / reach), 0),
    )
    const total = shares.reduce((sum, share) => sum + share, 0)
    return { first, weights: shares.map((share) => Math.round((share / total) * unit) / unit) }
  })
}
