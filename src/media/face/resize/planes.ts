/** Planes of colours, and grey levels. */
import type { Picture } from '../../source.js'
import type { Region } from '../box.js'

/** A region as three successive planes: red, green, blue, 0 to 255; 0 outside the picture. */
export function planesOf(picture: Picture, region: Region): Uint8Array {
  const width = region.right - region.left
  const height = region.bottom - region.top
  const planes = new Uint8Array(3 * width * height)
  const plane = width * height
  eachPixel(picture, region, (from, to) => {
    for (let colour = 0; colour < 3; colour++) {
      planes[colour * plane + to] = picture.data[from + colour] ?? 0
    }
  })
  return planes
}

/**
 * Grey levels of a region, 0 to 255, as Pillow's `convert('L')`: ITU-R 601-2 luma, `0.299 R + 0.587
 * G + 0.114 B`, rounded; 0 outside the picture.
 */
export function greyOf(picture: Picture, region: Region): Uint8Array {
  const grey = new Uint8Array((region.right - region.left) * (region.bottom - region.top))
  eachPixel(picture, region, (from, to) => {
    const red = picture.data[from] ?? 0
    const green = picture.data[from + 1] ?? 0
    const blue = picture.data[from + 2] ?? 0
    grey[to] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
  })
  return grey
}

/**
 * Calls back with the position of each pixel's red in the picture, and the pixel's position in the
 * region.
 */
function eachPixel(
  { width, height }: Picture,
  { left, top, right, bottom }: Region,
  visit: (from: number, to: number) => void,
): void {
  for (let row = Math.max(top, 0); row < Math.min(bottom, height); row++) {
    for (let column = Math.max(left, 0); column < Math.min(right, width); column++) {
      visit((row * width + column) * 3, (row - top) * (right - left) + column - left)
    }
  }
}
