/** The frames of a file, chosen, rotated, cropped and scaled by ffmpeg, with their times. */
import { LimbicError } from '../../../base/errors.js'
import type { Frame, FrameRequest } from '../../source.js'
import { groupsOf } from '../choose.js'
import { Clock, seconds, standsStill } from '../health.js'
import { type Cut, cutOf, longestStill, type Slots, sameTime, slotsOf } from '../request.js'
import type { Message } from './decoder.js'
import type { PictureFacts } from './facts.js'
import { everyFilter, logged, parseLogged, shapeFilter, slotFilter } from './filters.js'
import { inputOf } from './input.js'
import { type Recording, type Run, startRun } from './recording.js'

/** ffmpeg seeks if reading starts later than this, in seconds. */
const seekFrom = 10

/** Decodes frames of a recording; see `Source.readFrames`. */
export async function* readFrames(
  recording: Recording,
  request: FrameRequest,
): AsyncGenerator<Frame> {
  const { facts, name } = recording
  const { picture } = facts
  if (!picture) throw new LimbicError('has no picture', { where: name })
  const turned = picture.rotation % 180 === 90
  const upright = {
    width: turned ? picture.height : picture.width,
    height: turned ? picture.width : picture.height,
  }
  const cut = cutOf(upright, request, name)
  const slots = slotsOf(request, name)
  const context = { recording, picture, cut }
  const { frames } = request
  if ('every' in frames) {
    yield* readEvery(context, frames.every, request)
  } else if (slots && 'rate' in frames) {
    yield* readSlots(context, slots, frames)
  } else if (slots) {
    const groups = groupsOf(Array.from({ length: slots.count }, (_, slot) => slots.timeOf(slot)))
    for (const times of groups) {
      const own = { count: times.length, timeOf: (slot: number) => times[slot] ?? Infinity }
      yield* readSlots(context, own, times)
    }
  }
}

interface Context {
  readonly recording: Recording
  readonly picture: PictureFacts
  readonly cut: Cut
}

async function* readEvery(
  { recording, picture, cut }: Context,
  every: number,
  { start = 0, end = Infinity }: FrameRequest,
): AsyncGenerator<Frame> {
  const { facts } = recording
  const log = new FrameLog()
  const chosen: { time: number; index: number }[] = []
  log.onFrame = (time, index, place) => {
    if (place % every === 0 && time >= start && time < end) chosen.push({ time, index })
  }
  const filters = [
    everyFilter(every, start - facts.shift, end - facts.shift),
    ...shapeFilter(picture, cut),
  ]
  await using run = startPicture(recording, picture, filters, 0, log)
  for (;;) {
    // Past the end nothing more is chosen, but frames chosen before may still arrive.
    const past = () => chosen.length === 0 && (log.clock.last ?? 0) >= end
    const data = await run.decoder.readExactly(bytesOf(cut), past)
    if (!data) break
    while (chosen.length === 0 && (await run.decoder.listen()));
    const frame = chosen.shift()
    if (frame) yield { ...cut.size, data, ...frame }
  }
  await conclude(recording, picture, log, run, (log.clock.last ?? 0) < end)
}

async function* readSlots(
  context: Context,
  slots: Slots,
  rule: { readonly rate: number } | readonly number[],
): AsyncGenerator<Frame> {
  if (!(slots.count > 0)) return
  const start = slots.timeOf(0)
  const hasRead = start > seekFrom && (yield* readSlotsFrom(start, context, slots, rule))
  if (!hasRead) yield* readSlotsFrom(0, context, slots, rule)
}

/**
 * Reads from the key frame before a time, in seconds.
 *
 * @returns false, before any frame, if ffmpeg found no key frame early enough
 */
async function* readSlotsFrom(
  from: number,
  { recording, picture, cut }: Context,
  slots: Slots,
  rule: { readonly rate: number } | readonly number[],
): AsyncGenerator<Frame, boolean> {
  const { facts, health } = recording
  const log = new FrameLog()
  const times: number[] = []
  log.onFrame = (time) => {
    times.push(time)
  }
  const filters = [...slotFilter(slots, rule, from + facts.shift), ...shapeFilter(picture, cut)]
  await using run = startPicture(recording, picture, filters, from, log)
  let shown = -1
  /** The first slot that shows the same frame as the current one. */
  let since = slots.timeOf(0)
  let held: Uint8Array | undefined
  let over = false
  let still = false
  for (let slot = 0; slot < slots.count; slot++) {
    const data: Uint8Array | undefined = over
      ? undefined
      : await run.decoder.readExactly(bytesOf(cut))
    const time = slots.timeOf(slot)
    over ||= !data || (await nothingFollows(times, time))
    held = data ?? held
    if (slot === 0 && from > 0 && (times[0] ?? Infinity) > time + sameTime) return false
    if (!held) break
    // The last frame of a recording is shown for as long as a frame lasts.
    if (over && time > (log.clock.end(picture.frameRate) ?? 0) - sameTime) break
    while ((times[0] ?? Infinity) <= time + sameTime) {
      times.shift()
      shown++
      since = time
    }
    still = time - since > longestStill
    if (still) break
    const index = from > 0 ? undefined : Math.max(0, shown)
    yield { ...cut.size, data: data ?? held.slice(), time, index }
  }
  if (over || still) await run.decoder.stop()
  if (still) health.damage(standsStill(since))
  await conclude(recording, picture, log, run, over)
  return true
}

/**
 * Whether no frame follows after a time. Messages that ffmpeg wrote before a frame arrive at most
 * one turn of the event loop after it; if there is none by then, ffmpeg has reached the end.
 */
async function nothingFollows(times: readonly number[], time: number): Promise<boolean> {
  const none = () => (times.at(-1) ?? -Infinity) <= time + sameTime
  for (let turn = 0; turn < 3 && none(); turn++) await new Promise(setImmediate)
  return none()
}

function startPicture(
  recording: Recording,
  picture: PictureFacts,
  filters: readonly string[],
  from: number,
  log: FrameLog,
): Run {
  const args = [
    // One filter chain for frames of any size, since a new one would count from 0 again.
    ...['-reinit_filter', '0', ...inputOf(recording.path, from)],
    ...['-map', `0:${picture.stream}`, '-an', '-sn', '-dn', '-map_metadata', '-1'],
    ...['-vf', [...logged(recording.program), ...filters].join(',')],
    ...[...recording.program.passthrough, '-c:v', 'rawvideo', '-pix_fmt', 'rgb24'],
    ...['-f', 'rawvideo', 'pipe:1'],
  ]
  log.from = from + recording.facts.shift
  return startRun(recording, args, (message) => log.hear(message))
}

const bytesOf = ({ size }: Cut): number => 3 * size.width * size.height

/** Reports what was wrong, after reading. @param whole whether reading reached the end */
async function conclude(
  { health, facts }: Recording,
  picture: PictureFacts,
  { clock, from }: FrameLog,
  { decoder, complaints }: Run,
  whole: boolean,
): Promise<void> {
  if (whole) await decoder.end()
  clock.tell(health)
  complaints.tell('picture', health)
  if (!whole) return
  if (from === facts.shift && (clock.first ?? 0) > 0.5)
    health.note(`picture begins at ${seconds(clock.first ?? 0)}`)
  const stated = facts.estimated ? undefined : facts.duration
  health.ended('picture', clock.end(picture.frameRate), stated)
}

/** Follows ffmpeg's log of decoded frames. */
class FrameLog {
  readonly clock = new Clock()
  /** Seconds at which reading started. */
  from = 0
  /**
   * Called with a frame's time in seconds, its number as decoded, and its number within the filter
   * chain.
   */
  onFrame: (time: number, index: number, place: number) => void = () => {}

  hear(message: Message): void {
    const logged = parseLogged(message)
    if (!logged) return
    const time = Math.round(1e6 * this.from + logged.time) / 1e6
    const index = this.clock.count
    this.clock.tick(time)
    this.onFrame(time, index, logged.place)
  }
}
