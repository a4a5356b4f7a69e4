/** MTCNN's arithmetic between its networks: from their outputs to boxes. */
import { numberAt } from '../../../base/numbers.js'
import { type Box, type Region, type ScoredBox, squareAround } from '../box.js'
import type { Levels, Size } from '../resize/area.js'

/** The inputs of MTCNN's networks: `(level - 127.5) / 128`. */
export const networkLevels: Levels = { offset: 127.5, factor: 1 / 128 }

/** A proposal with the shifts of its edges, as fractions of its size. */
export interface Proposal extends ScoredBox {
  readonly shift: readonly [number, number, number, number]
}

/** The proposal network sees squares of 12 pixels, 2 pixels apart. */
const cell = 12
const stride = 2

/**
 * The scales of the pyramid, at which the smallest face and successively larger ones are 12 pixels
 * wide.
 */
export function pyramidScales({ width, height }: Size, smallest: number, factor: number): number[] {
  const scales: number[] = []
  let scale = cell / smallest
  for (let side = Math.min(width, height) * scale; side >= cell; side *= factor) {
    scales.push(scale)
    scale *= factor
  }
  return scales
}

/**
 * The layout of the proposal network's outputs: their number, and the first row and column, by
 * default 0.
 */
export interface ProposalMap {
  readonly rows: number
  readonly columns: number
  readonly top?: number
  readonly left?: number
}

/**
 * The positions where the proposal network finds a face, in pixels of the whole picture.
 *
 * @param score [2, rows, columns]: of no face, then of a face
 * @param shift [4, rows, columns]
 */
export function proposalsOf(
  score: ArrayLike<number>,
  shift: ArrayLike<number>,
  { rows, columns, top = 0, left = 0 }: ProposalMap,
  scale: number,
  threshold: number,
): Proposal[] {
  const found: Proposal[] = []
  const plane = rows * columns
  // The published code divides in single precision, which matters for quotients that are nearly
  // integers.
  const single = Math.fround(scale)
  const inPicture = (place: number) => Math.floor(Math.fround(place / single))
  for (let place = 0; place < plane; place++) {
    const sure = numberAt(score, plane + place)
    if (sure < threshold) continue
    const row = top + Math.floor(place / columns)
    const column = left + (place % columns)
    found.push({
      left: inPicture(stride * column + 1),
      top: inPicture(stride * row + 1),
      right: inPicture(stride * column + cell),
      bottom: inPicture(stride * row + cell),
      score: sure,
      shift: [
        numberAt(shift, place),
        numberAt(shift, plane + place),
        numberAt(shift, 2 * plane + place),
        numberAt(shift, 3 * plane + place),
      ],
    })
  }
  return found
}

/** The size of a picture at a scale of the pyramid. */
export function levelSize({ width, height }: Size, scale: number): Size {
  return { width: Math.trunc(width * scale + 1), height: Math.trunc(height * scale + 1) }
}

/**
 * The scales at which a face of this size (pixels) may be proposed: it is about 12 pixels wide
 * there.
 */
export function scalesFor(scales: readonly number[], side: number): readonly number[] {
  const near = scales.filter((scale) => {
    const seen = cell / scale / side
    return seen > 0.4 && seen < 1.7
  })
  if (near.length > 0) return near
  return scales.slice(side * (scales[0] ?? 0) < cell ? 0 : -1).slice(0, 1)
}

/**
 * The pixels of a level in which the proposal network finds a box with the same outputs as on the
 * whole level: starts and sizes are even, since it pools pairs, except where the level ends.
 *
 * @returns undefined if the network does not fit in
 */
export function partOfLevel(level: Size, box: Box, scale: number): Region | undefined {
  const even = (place: number) => Math.max(2 * Math.floor(place / 2), 0)
  const end = (place: number, most: number) => Math.min(2 * Math.ceil(place / 2), most)
  const part = {
    left: even(box.left * scale),
    top: even(box.top * scale),
    right: end(box.right * scale, level.width),
    bottom: end(box.bottom * scale, level.height),
  }
  const fits = part.right - part.left >= cell && part.bottom - part.top >= cell
  return fits ? part : undefined
}

/** Moves the edges of a box by fractions of its size, which includes the last pixel if `extra` is 1. */
export function moveEdges(
  { left, top, right, bottom }: Box,
  [toLeft, toTop, toRight, toBottom]: readonly [number, number, number, number],
  extra: 0 | 1,
): Box {
  const width = right - left + extra
  const height = bottom - top + extra
  return {
    left: left + toLeft * width,
    top: top + toTop * height,
    right: right + toRight * width,
    bottom: bottom + toBottom * height,
  }
}

/** A proposal after its shift, as a square. */
export function settle(proposal: Proposal, extra: 0 | 1): ScoredBox {
  return { ...squareAround(moveEdges(proposal, proposal.shift, extra)), score: proposal.score }
}

/**
 * The pixels of a box within the picture: its coordinates are truncated and counted from 1, the
 * last one included. Undefined if none are left.
 */
export function pixelsOf(box: Box, { width, height }: Size): Region | undefined {
  const left = Math.max(Math.trunc(box.left), 1) - 1
  const top = Math.max(Math.trunc(box.top), 1) - 1
  const right = Math.min(Math.trunc(box.right), width)
  const bottom = Math.min(Math.trunc(box.bottom), height)
  return right > left && bottom > top ? { left, top, right, bottom } : undefined
}
