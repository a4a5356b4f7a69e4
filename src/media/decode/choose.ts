/** Chooses frames of a stream by the rule of a request, for files in a page and for live sources. */
import type { Frame, FrameRequest, Picture } from '../source.js'
import { type Cut, longestStill, type Slots, sameTime, slotsOf } from './request.js'

/** A decoded frame that is not yet a picture. Whoever receives it closes it. */
export interface DecodedFrame {
  /** Seconds from the start of the recording. */
  readonly time: number
  /** Its number as stored, from 0, if known. */
  readonly index: number | undefined
  /** The upright picture, cropped and scaled. */
  picture(cut: Cut): Promise<Picture>
  /** Frees it. */
  close(): void
}

/** The most times in one pass over a file, and the widest gap between successive ones, in seconds. */
const mostTimes = 100
const widestGap = 20

/** Groups times; each group takes one pass over the file. */
export function groupsOf(times: readonly number[]): number[][] {
  const groups: number[][] = []
  for (const time of times) {
    const group = groups.at(-1)
    const before = group?.at(-1) ?? -Infinity
    if (group && group.length < mostTimes && time - before < widestGap) group.push(time)
    else groups.push([time])
  }
  return groups
}

/**
 * Every n-th frame of a stream that is within a range.
 *
 * @param frames in the order of time, the first of them with number 0
 */
export async function* chooseEvery(
  frames: AsyncIterable<DecodedFrame>,
  every: number,
  { start = 0, end = Infinity }: FrameRequest,
  cut: Cut,
): AsyncGenerator<Frame> {
  let place = 0
  for await (const frame of frames) {
    try {
      if (frame.time >= end) return
      const isChosen = place++ % every === 0 && frame.time >= start
      if (isChosen) yield { ...(await frame.picture(cut)), time: frame.time, index: frame.index }
    } finally {
      frame.close()
    }
  }
}

/**
 * The frames shown at given times; for times before the first frame, the first.
 *
 * @param frames in the order of time
 * @param endOf returns when the last frame ends, in seconds; called after the last frame
 * @param still called with the time from which a frame is shown for longer than `longestStill`,
 * where reading ends
 */
export async function* chooseSlots(
  frames: AsyncIterable<DecodedFrame>,
  slots: Slots,
  cut: Cut,
  endOf: () => number,
  still: (time: number) => void = () => {},
): AsyncGenerator<Frame> {
  const held = new Held(cut)
  let slot = 0
  try {
    for await (const frame of frames) {
      if (held.isEmpty) held.show(frame)
      for (; slot < slots.count && slots.timeOf(slot) < frame.time - sameTime; slot++) {
        if (held.standsStill(slots.timeOf(slot))) return still(held.since)
        yield await held.at(slots.timeOf(slot))
      }
      held.show(frame)
      if (slot >= slots.count) return
    }
    if (held.isEmpty) return
    for (; slot < slots.count && slots.timeOf(slot) < endOf() - sameTime; slot++) {
      if (held.standsStill(slots.timeOf(slot))) return still(held.since)
      yield await held.at(slots.timeOf(slot))
    }
  } finally {
    held.close()
  }
}

/** The frame currently shown, converted to a picture when needed. */
class Held {
  #frame: DecodedFrame | undefined
  #picture: Picture | undefined
  #since: number | undefined

  constructor(readonly cut: Cut) {}

  get isEmpty(): boolean {
    return this.#frame === undefined
  }

  show(frame: DecodedFrame): void {
    if (frame === this.#frame) return
    this.close()
    this.#frame = frame
    this.#since = undefined
  }

  /** The first requested time at which this frame is shown, in seconds. */
  get since(): number {
    return this.#since ?? 0
  }

  standsStill(time: number): boolean {
    this.#since ??= time
    return time - this.#since > longestStill
  }

  async at(time: number): Promise<Frame> {
    const frame = this.#frame
    if (!frame) throw new TypeError('no frame is held')
    const known = this.#picture
    this.#picture ??= await frame.picture(this.cut)
    const { width, height, data } = this.#picture
    return { width, height, data: known ? data.slice() : data, time, index: frame.index }
  }

  close(): void {
    this.#frame?.close()
    this.#frame = undefined
    this.#picture = undefined
  }
}

/** The slots of a rule, or the n of every n-th frame. */
export function ruleOf(request: FrameRequest, where: string): Slots | { readonly every: number } {
  const { frames } = request
  return slotsOf(request, where) ?? ('every' in frames ? frames : { every: 1 })
}
