/** Rectangles in pictures. */

/** A rectangle in pixels from the top left corner of the picture; it may reach beyond the picture. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A rectangle of whole pixels: `left <= column < right`, `top <= row < bottom`. */
export type Region = Box

/** A rectangle, and a network's confidence that it contains a face, from 0 to 1. */
export interface ScoredBox extends Box {
  readonly score: number
}

/** The area in square pixels; 0 for a box turned inside out. */
export function areaOf({ left, top, right, bottom }: Box): number {
  return Math.max(right - left, 0) * Math.max(bottom - top, 0)
}

/** Intersection over union of two boxes, from 0 to 1. */
export function overlapOf(one: Box, other: Box): number {
  const shared = areaOf({
    left: Math.max(one.left, other.left),
    top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right),
    bottom: Math.min(one.bottom, other.bottom),
  })
  const together = areaOf(one) + areaOf(other) - shared
  return together > 0 ? shared / together : 0
}

export function centreOf({ left, top, right, bottom }: Box): { x: number; y: number } {
  return { x: (left + right) / 2, y: (top + bottom) / 2 }
}

/** The square with the longer side and the same centre. */
export function squareAround(box: Box): Box {
  const width = box.right - box.left
  const height = box.bottom - box.top
  const side = Math.max(width, height)
  const left = box.left + width / 2 - side / 2
  const top = box.top + height / 2 - side / 2
  return { left, top, right: left + side, bottom: top + side }
}

/** A box moved and scaled around its centre, by fractions of its size. */
export function shifted(box: Box, x: number, y: number, scale = 1): Box {
  const centre = centreOf(box)
  const width = box.right - box.left
  const height = box.bottom - box.top
  const middle = { x: centre.x + x * width, y: centre.y + y * height }
  return {
    left: middle.x - (scale * width) / 2,
    top: middle.y - (scale * height) / 2,
    right: middle.x + (scale * width) / 2,
    bottom: middle.y + (scale * height) / 2,
  }
}

/** Whether one region is within another. */
export function contains(outer: Region, inner: Region): boolean {
  return (
    inner.left >= outer.left &&
    inner.top >= outer.top &&
    inner.right <= outer.right &&
    inner.bottom <= outer.bottom
  )
}

/** Whether a box, its edges truncated, holds a pixel of a picture. */
export function holdsPixels(
  { left, top, right, bottom }: Box,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  return (
    Math.trunc(Math.min(right, width)) > Math.trunc(Math.max(left, 0)) &&
    Math.trunc(Math.min(bottom, height)) > Math.trunc(Math.max(top, 0))
  )
}
