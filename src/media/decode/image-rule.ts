/** Chooses the numbered images that a request asks for, in Node and in a page. */
import type { FrameRequest } from '../source.js'
import { slotsOf } from './request.js'

/** A requested image. */
export interface WantedImage {
  /** Its number, from 0. */
  readonly index: number
  /** The requested time, in seconds. */
  readonly time: number
}

/**
 * The images that a request asks for. Image n is shown from `n / rate` seconds on.
 *
 * @param numbers of the existing images, ascending
 * @throws LimbicError if the rule of the request is invalid
 */
export function wantedImages(
  numbers: readonly number[],
  rate: number,
  request: FrameRequest,
  where: string,
): WantedImage[] {
  const { frames, start = 0, end = Infinity } = request
  const slots = slotsOf(request, where)
  const last = numbers.at(-1) ?? 0
  if (!slots) {
    const every = 'every' in frames ? frames.every : 1
    return numbers
      .map((index) => ({ index, time: index / rate }))
      .filter(({ index, time }) => index % every === 0 && time >= start && time < end)
  }
  const wanted: WantedImage[] = []
  for (let slot = 0; slot < slots.count; slot++) {
    const time = slots.timeOf(slot)
    const index = Math.floor(time * rate + 1e-6)
    if (index > last) break
    wanted.push({ index, time })
  }
  return wanted
}

/** The default rate of images (Hz). */
export const defaultImageRate = 25
