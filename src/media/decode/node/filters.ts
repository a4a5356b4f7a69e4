/** ffmpeg filter chains that choose, rotate, crop and scale frames. */
import { type Cut, type Size, type Slots, sameTime } from '../request.js'
import type { Message } from './decoder.js'
import type { PictureFacts } from './facts.js'
import type { Program } from './program.js'

/** Sets the time base to microseconds, and logs a line with the time of each frame. */
export const logged = ({ frameLog }: Program): string[] => ['settb=1/1000000', ...frameLog]

/** A frame's number and its time in microseconds, from such a line. */
export function parseLogged({
  speaker,
  text,
}: Message): { place: number; time: number } | undefined {
  if (!/metadata|showinfo/.test(speaker)) return undefined
  const [, place, time] = /^(?:frame:|n: *)(\d+) +pts: *(-?\d+) /.exec(text) ?? []
  return place === undefined ? undefined : { place: Number(place), time: Number(time) }
}

/** Every n-th frame that is within a range of seconds. */
export function everyFilter(every: number, start: number, end: number): string {
  const until = end === Infinity ? '' : `*lt(t,${end})`
  return `select='not(mod(n,${every}))*gte(t,${start})${until}'`
}

/**
 * For each slot, the frame shown at its time. A frame is mapped to the first slot that is not
 * before it, and `fps` keeps the last frame of each slot: the one shown then.
 *
 * @param from seconds at which reading starts
 */
export function slotFilter(
  slots: Slots,
  rule: { readonly rate: number } | readonly number[],
  from: number,
): string[] {
  const time = `(T+(${(from - sameTime).toFixed(6)}))`
  const slot =
    'rate' in rule
      ? `max(0,ceil(${time}*${rule.rate}-${Math.round(slots.timeOf(0) * rule.rate)}))`
      : rule.map((at) => `gt(${time},${at})`).join('+')
  // Repeats the last frame, so that `fps` outputs it.
  const end = 'tpad=stop=2:stop_mode=clone'
  return [end, `setpts='(${slot})/TB'`, 'fps=fps=1:start_time=0']
}

const turns = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }

/**
 * Rotates frames upright, crops and scales them. Downscaling averages the area that a pixel covers.
 *
 * @param stored the picture before rotation; frames of another size are scaled to it
 */
export function shapeFilter({ width, height, rotation }: PictureFacts, cut: Cut): string[] {
  const { size } = cut
  const turned = rotation % 180 === 90
  const whole = turned ? { width: height, height: width } : { width, height }
  const cropped = cut.width !== whole.width || cut.height !== whole.height
  const crop = `crop=${cut.width}:${cut.height}:${cut.left}:${cut.top}:exact=1`
  return [
    // Has no effect on frames of the usual size.
    ...(rotation !== 0 || cropped ? [`scale=${width}:${height}:flags=area`] : []),
    ...turns[rotation],
    ...(cropped ? [crop] : []),
    ...scaleFilter(size, size.width < cut.width || size.height < cut.height),
  ]
}

/** Scales and converts to RGB: area averaging for downscaling, bicubic interpolation of colours. */
export function scaleFilter({ width, height }: Size, reduces: boolean): string[] {
  const flags = `${reduces ? 'area' : 'bicubic'}+accurate_rnd+full_chroma_int+full_chroma_inp`
  return [`scale=${width}:${height}:flags=${flags}`, 'format=rgb24']
}
