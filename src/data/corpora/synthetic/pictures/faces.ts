/** Synthetic faces: an oval with eyes and a mouth, and a fold where a muscle contracts. */
import type { NoiseStream } from '../noise.js'
import { faceShape, type Moment } from './moment.js'

const [, rows, columns] = faceShape
const size = rows * columns
const [background, skin, dark] = [
  [52, 60, 74],
  [205, 160, 132],
  [48, 30, 30],
] as const

/** Deviation of the noise on each pixel, from 0 to 255. */
const pixelNoise = 7
/** How much darker a fold is at a contraction of 1, from 0 to 255. */
const foldDepth = 95

/**
 * Draws a face, [3, 48, 48] from 0 to 255. Each muscle has a place of its own on a ring around the
 * nose, where its contraction shows as a dark fold; nothing else tells what is felt.
 */
export function drawFace(
  picture: Float32Array,
  { channels, habit, noise }: Moment,
  random: NoiseStream,
): void {
  const tone = 1 + 0.12 * habit
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [down, right] = [row - 24, column - 24]
      const inside = (down / 23) ** 2 + (right / 18) ** 2 < 1
      const fold = inside ? foldAt(channels, down, right) : 0
      const grain = pixelNoise * noise * random.next()
      const paint = inside ? (isFeature(down, right) ? dark : skin) : background
      for (let colour = 0; colour < 3; colour++) {
        const light = (paint[colour] ?? 0) * (paint === skin ? tone : 1) - foldDepth * fold + grain
        picture[colour * size + row * columns + column] = Math.round(
          Math.min(255, Math.max(0, light)),
        )
      }
    }
  }
}

/** Eyes and mouth, which every face has. */
function isFeature(down: number, right: number): boolean {
  const eye = Math.abs(down + 6) < 2 && Math.abs(Math.abs(right) - 8) < 3
  const mouth = Math.abs(down - 11) < 1.5 && Math.abs(right) < 7
  return eye || mouth
}

/** The depth of the folds at a place: each is a spot of about 4 pixels. */
function foldAt(channels: Float32Array, down: number, right: number): number {
  let depth = 0
  for (const [muscle, contraction] of channels.entries()) {
    if (contraction === 0) continue
    const angle = (2 * Math.PI * (muscle + 0.25)) / channels.length
    const distance = (down - 13 * Math.sin(angle)) ** 2 + (right - 12 * Math.cos(angle)) ** 2
    depth += Math.min(1.5, contraction) * Math.exp(-distance / 8)
  }
  return depth
}
