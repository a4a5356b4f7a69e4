/** Resizing like OpenCV's `INTER_AREA`, in floating point, with which facenet-pytorch crops faces. */
import type { Picture } from '../../source.js'
import type { Region } from '../box.js'
import { planesOf } from './planes.js'
import { applyTaps, type Taps } from './taps.js'

/**
 * Resizes a region of a picture to a square: means over exact areas if neither side grows,
 * otherwise linear interpolation with `INTER_AREA`'s weights (OpenCV, `resize.cpp`, `area_mode`).
 * Nothing is rounded.
 *
 * @param region whole pixels within the picture, not empty
 * @returns red, green and blue planes [3, size, size], 0 to 255
 */
export function resizeLikeOpenCv(picture: Picture, region: Region, size: number): Float32Array {
  const width = region.right - region.left
  const height = region.bottom - region.top
  const taps = width >= size && height >= size ? areaTaps : linearTaps
  const planes = planesOf(picture, region)
  return applyTaps(planes, { width, height, channels: 3 }, [taps(width, size), taps(height, size)])
}

/** The weights of pixels in `[i scale, (i + 1) scale)`. */
function areaTaps(from: number, to: number): Taps[] {
  const scale = from / to
  return Array.from({ length: to }, (_, place) => {
    const begin = place * scale
    const end = Math.min(begin + scale, from)
    // A thousandth of a pixel or less is a rounding error, which OpenCV drops, too.
    const first = Math.floor(begin + 1e-3)
    const last = Math.ceil(end - 1e-3)
    const shares = Array.from(
      { length: last - first },
      (_, tap) => Math.min(end, first + tap + 1) - Math.max(begin, first + tap),
    )
    const total = shares.reduce((sum, share) => sum + share, 0)
    return { first, weights: shares.map((share) => share / total) }
  })
}

function linearTaps(from: number, to: number): Taps[] {
  const scale = from / to
  return Array.from({ length: to }, (_, place) => {
    const whole = Math.floor(place * scale)
    const beyond = place + 1 - (whole + 1) * (to / from)
    const part = beyond <= 0 ? 0 : beyond - Math.floor(beyond)
    const first = Math.min(Math.max(whole, 0), from - 1)
    return first + 1 < from ? { first, weights: [1 - part, part] } : { first, weights: [1] }
  })
}
