/** Interprets requests for frames and their size, in Node and in a page. */
import { LimbicError } from '../../base/errors.js'
import type { FrameRequest, TimeRange } from '../source.js'

/** The tolerance of frame times in seconds, since containers round to microseconds. */
export const sameTime = 2e-6

/** The largest picture decoded, in pixels: 8192 x 4320. A damaged header may state any size. */
export const mostPixels = 8192 * 4320

/** The longest time for which a frame is shown, in seconds. With damaged times, it might be years. */
export const longestStill = 1800

export interface Size {
  readonly width: number
  readonly height: number
}

/** The part of an upright picture to take, and its size after scaling, in pixels. */
export interface Cut {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly size: Size
}

/**
 * The part of an upright picture that a request asks for, and its size after scaling.
 *
 * @throws LimbicError if the crop is not within the picture, or `longest` is not a positive integer
 */
export function cutOf(picture: Size, request: FrameRequest, where: string): Cut {
  const { width, height } = picture
  const crop = request.crop ?? { left: 0, top: 0, width, height }
  const sound =
    Object.values(crop).every((value) => Number.isInteger(value) && value >= 0) &&
    Math.min(crop.width, crop.height) > 0 &&
    crop.left + crop.width <= width &&
    crop.top + crop.height <= height
  if (!sound) {
    throw new LimbicError('the crop is outside the picture', {
      where,
      expected: `whole pixels within ${width} x ${height}`,
      got: `${crop.width} x ${crop.height} at ${crop.left}, ${crop.top}`,
    })
  }
  const { longest } = request
  if (longest !== undefined && !(Number.isInteger(longest) && longest > 0)) {
    throw new LimbicError('invalid longest side', {
      where,
      expected: 'a positive number of pixels',
      got: `${longest}`,
    })
  }
  const scale = Math.min(1, (longest ?? Infinity) / Math.max(crop.width, crop.height))
  const scaled = (side: number) => Math.max(1, Math.round(side * scale))
  return { ...crop, size: { width: scaled(crop.width), height: scaled(crop.height) } }
}

/** Checks a range. @throws LimbicError unless `0 <= start < end` */
export function checkRange({ start = 0, end = Infinity }: TimeRange, where: string): void {
  if (start >= 0 && start < end) return
  throw new LimbicError('invalid range of time', {
    where,
    expected: 'a start of 0 s or later, before the end',
    got: `${start} s to ${end} s`,
  })
}

/** Requested times of frames, numbered from 0. */
export interface Slots {
  /** Their number; infinite if only the end of the recording limits them. */
  readonly count: number
  /** The time of one of them, in seconds. */
  timeOf(slot: number): number
}

/**
 * The times that a request by rate or by times asks for, within its range; undefined for a request
 * of every n-th frame.
 *
 * @throws LimbicError if the rule is invalid: not positive, or not ascending
 */
export function slotsOf(request: FrameRequest, where: string): Slots | undefined {
  checkRange(request, where)
  const { frames, start = 0, end = Infinity } = request
  const refuse = (expected: string, got: string) =>
    new LimbicError('invalid rule for frames', { where, expected, got })
  if ('every' in frames) {
    if (Number.isSafeInteger(frames.every) && frames.every > 0) return undefined
    throw refuse('every n-th frame, n = 1, 2, ...', `${frames.every}`)
  }
  if ('rate' in frames) {
    const { rate } = frames
    if (!(rate > 0 && rate <= 1000)) throw refuse('a rate up to 1000 Hz', `${rate} Hz`)
    const first = Math.ceil(start * rate - sameTime * rate)
    const count = Math.ceil(end * rate - sameTime * rate) - first
    return { count, timeOf: (slot) => (first + slot) / rate }
  }
  const times = frames.times.filter((time) => time >= start && time < end)
  const wrong = frames.times.findIndex(
    (time, place, all) => !(time >= 0 && time < 1e9) || time < (all[place - 1] ?? 0),
  )
  if (wrong >= 0) throw refuse('ascending times in seconds', `${frames.times[wrong]}`)
  return { count: times.length, timeOf: (slot) => times[slot] ?? Infinity }
}
