/** Finds cuts between scenes: frames that differ a lot from the previous one. */
import type { Picture } from '../../source.js'

/** Points along each side at which frames are compared. */
const points = 32

/** Green levels on a grid over a picture: a cheap sketch of it. */
export function sketchOf({ width, height, data }: Picture): Uint8Array {
  return Uint8Array.from({ length: points * points }, (_, place) => {
    const row = Math.floor(((Math.floor(place / points) + 0.5) * height) / points)
    const column = Math.floor((((place % points) + 0.5) * width) / points)
    return data[(row * width + column) * 3 + 1] ?? 0
  })
}

/** The mean difference of two sketches, from 0 to 255. */
export function differenceOf(one: Uint8Array, other: Uint8Array): number {
  return (
    one.reduce((sum, level, place) => sum + Math.abs(level - (other[place] ?? 0)), 0) / one.length
  )
}
