/** Crops faces for networks, with a fallback for frames without a face. */
import { LimbicError } from '../../base/errors.js'
import type { Picture } from '../source.js'
import type { Box, Region } from './box.js'
import { resizeLikeOpenCv } from './resize/opencv.js'
import { planesOf } from './resize/planes.js'

/** How a face is cropped. */
export interface CropOptions {
  /** Side of the crop in pixels. Default: 48. */
  readonly size?: number
  /** Margin around the box, both sides together, in pixels of the crop. Default: 0. */
  readonly margin?: number
}

/**
 * The pixels of a crop: the box with its margin, clipped to the picture and truncated
 * (`extract_face` of facenet-pytorch).
 *
 * @throws LimbicError if the margin is not smaller than the size
 */
export function cropRegion(
  { width, height }: { readonly width: number; readonly height: number },
  { left, top, right, bottom }: Box,
  { size = 48, margin = 0 }: CropOptions = {},
): Region {
  if (!(size >= 1 && margin >= 0 && margin < size)) {
    throw new LimbicError('invalid margin', {
      ...{ where: 'crop of a face', expected: `0 to ${size - 1} pixels`, got: `${margin}` },
    })
  }
  const across = (margin * (right - left)) / (size - margin) / 2
  const down = (margin * (bottom - top)) / (size - margin) / 2
  return {
    left: Math.trunc(Math.max(left - across, 0)),
    top: Math.trunc(Math.max(top - down, 0)),
    right: Math.trunc(Math.min(right + across, width)),
    bottom: Math.trunc(Math.min(bottom + down, height)),
  }
}

/**
 * Crops a face as facenet-pytorch does, with OpenCV's `INTER_AREA`.
 *
 * @returns red, green and blue planes [3, size, size], 0 to 255, not rounded
 * @throws LimbicError if the box is outside the picture
 */
export function cropFace(picture: Picture, box: Box, options: CropOptions = {}): Float32Array {
  const region = cropRegion(picture, box, options)
  if (!(region.right > region.left && region.bottom > region.top)) {
    throw new LimbicError('the box lies outside the picture', {
      where: 'crop of a face',
      expected: `pixels of ${picture.width} x ${picture.height}`,
      got: `${box.left}, ${box.top} to ${box.right}, ${box.bottom}`,
    })
  }
  return resizeLikeOpenCv(picture, region, options.size ?? 48)
}

/**
 * The square at the centre of a picture, unscaled; 0 outside a smaller picture.
 *
 * @returns red, green and blue planes [3, size, size], 0 to 255
 */
export function cropCentre(picture: Picture, size = 48): Float32Array {
  const left = Math.floor((picture.width - size) / 2)
  const top = Math.floor((picture.height - size) / 2)
  const region = { left, top, right: left + size, bottom: top + size }
  return Float32Array.from(planesOf(picture, region))
}

/**
 * The crop that MESM's published code takes if it finds no face. Both axes start at `(height -
 * size) / 2`, and the columns another half crop before, so it is not centred: only for reproducing
 * published features.
 *
 * @returns red, green and blue planes [3, size, size], 0 to 255
 * @throws LimbicError if the crop is not within the picture (the published code fails, too)
 */
export function cropCentreAsPublished(picture: Picture, size = 48): Float32Array {
  const { width, height } = picture
  const top = Math.floor((height - size) / 2)
  const left = top - Math.floor(size / 2)
  if (left < 0 || left + size > width) {
    throw new LimbicError('the published centre crop does not lie within the picture', {
      where: 'crop of a frame without a face',
      expected: `at least ${2 * size} rows, and ${left + size} columns`,
      got: `${width} x ${height} pixels`,
      hint: 'Take the true centre, or leave out frames without a face',
    })
  }
  const region = { left, top, right: left + size, bottom: top + size }
  return Float32Array.from(planesOf(picture, region))
}

/** Means and deviations of MESM's faces: red, green, blue, on a scale of 0 to 255. */
export const mesmStatistics = { mean: [159, 111, 102], deviation: [37, 33, 32] } as const

/** Standardises a crop [3, rows, columns] by the mean and deviation of each colour. */
export function normaliseCrop(
  crop: Float32Array,
  { mean, deviation }: { mean: readonly number[]; deviation: readonly number[] } = mesmStatistics,
): Float32Array {
  const plane = crop.length / 3
  return crop.map((level, place) => {
    const colour = Math.floor(place / plane)
    return (level - (mean[colour] ?? 0)) / (deviation[colour] ?? 1)
  })
}
