/** Chains of ffmpeg's filters that choose, turn, cut and scale frames. */
import { type Cut, type Size, type Slots, sameTime } from '../request.js'
import type { Message } from './decoder.js'
import type { PictureFacts } from './facts.js'
import type { Program } from './program.js'

/** Microseconds as the unit of time, and a line of log for each frame with its time in them. */
export const logged = ({ frameLog }: Program): string[] => ['settb=1/1000000', ...frameLog]

/** The number of a frame and its time in microseconds, from a line of that log. */
export function parseLogged({
  speaker,
  text,
}: Message): { place: number; time: number } | undefined {
  if (!/metadata|showinfo/.test(speaker)) return undefined
  const [, place, time] = /^(?:frame:|n: *)(\d+) +pts: *(-?\d+) /.exec(text) ?? []
  return place === undefined ? undefined : { place: Number(place), time: Number(time) }
}

/** Every n-th frame from the first on, of those within a range of seconds. */
export function everyFilter(every: number, start: number, end: number): string {
  const until = end === Infinity ? '' : `*lt(t,${end})`
  return `select='not(mod(n,${every}))*gte(t,${start})${until}'`
}

/**
 * For each slot the frame that is shown at its time. A frame is mapped to the first slot that does
 * not lie before it, and `fps` holds the last frame of each: the one shown then.
 *
 * @param from seconds at which reading begins
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
  // Frames repeated at the end make sure that `fps` gives out the last one.
  const end = 'tpad=stop=2:stop_mode=clone'
  return [end, `setpts='(${slot})/TB'`, 'fps=fps=1:start_time=0']
}

const turns = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] }

/**
 * Turns frames upright, cuts and scales them. Reducing takes the mean of the area that a pixel covers.
 *
 * @param stored the picture before rotation: frames of another size are scaled to it
 */
export function shapeFilter({ width, height, rotation }: PictureFacts, cut: Cut): string[] {
  const { size } = cut
  const turned = rotation % 180 === 90
  const whole = turned ? { width: height, height: width } : { width, height }
  const cropped = cut.width !== whole.width || cut.height !== whole.height
  const crop = `crop=${cut.width}:${cut.height}:${cut.left}:${cut.top}:exact=1`
  return [
    // Without effect on frames of the usual size.
    ...(rotation !== 0 || cropped ? [`scale=${width}:${height}:flags=area`] : []),
    ...turns[rotation],
    ...(cropped ? [crop] : []),
    ...scaleFilter(size, size.width < cut.width || size.height < cut.height),
  ]
}

/** Scales and converts to RGB: means of areas where it reduces, colours interpolated cubically. */
export function scaleFilter({ width, height }: Size, reduces: boolean): string[] {
  const flags = `${reduces ? 'area' : 'bicubic'}+accurate_rnd+full_chroma_int+full_chroma_inp`
  return [`scale=${width}:${height}:flags=${flags}`, 'format=rgb24']
}
