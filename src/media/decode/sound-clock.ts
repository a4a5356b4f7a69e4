/**
 * Follows the times of pieces of sound: where they begin, change, and have gaps, which silence
 * fills.
 */
import type { SoundBlock, SoundTrack } from '../source.js'
import { seconds } from './health.js'

/** Shorter gaps between pieces are rounding errors of their container, in seconds. */
const shortestHole = 0.1
/**
 * The latest end of a gap in seconds, since damaged files, and decoders when a rate changes, may
 * state any time.
 */
const latest = 24 * 3600
/** The most silence in one block, in seconds. */
const mostSilence = 1

/** A decoded piece of sound. */
export interface Piece {
  /** Seconds from the start of the recording. */
  readonly time: number
  /** Samples per second (Hz). */
  readonly rate: number
  readonly channels: number
  /** Samples per channel. */
  readonly count: number
}

/** Follows successive pieces of sound. */
export class SoundClock {
  /** Whether the rate changed. */
  changed = false
  private next: number | undefined
  private readonly lines = new Map<string, string>()

  /** @param most the duration that the file states, in seconds */
  constructor(
    private readonly sound: SoundTrack,
    private readonly most = latest,
  ) {}

  /** Takes the next piece. @returns the number of samples missing before it, at the track's rate */
  tick({ time, rate, channels, count }: Piece): number {
    this.tellChanges(rate, channels, time)
    const gap = this.next === undefined ? 0 : time - this.next
    this.next = time + count / rate
    if (!(gap > shortestHole && time < this.most + 1)) return 0
    const range = `${seconds(time - gap)} to ${seconds(time)}`
    this.say('hole', `sound is missing from ${range}: filled with silence`)
    return Math.round(gap * this.sound.rate)
  }

  /** Reports what was found, in order. */
  tell(note: (line: string) => void): void {
    for (const line of this.lines.values()) note(line)
  }

  private tellChanges(rate: number, channels: number, time: number): void {
    const { sound } = this
    if (rate !== sound.rate) {
      this.changed = true
      const line = `sound changes to ${rate} Hz at ${seconds(time)}; it is converted to ${sound.rate} Hz`
      this.say('rate', line)
    }
    if (channels !== sound.channels) {
      const line = `sound changes to ${channels} channels at ${seconds(time)}`
      this.say('channels', `${line}; it is converted to ${sound.channels}`)
    }
  }

  /** Makes each kind of remark once, where it first applies. */
  private say(kind: string, line: string): void {
    if (!this.lines.has(kind)) this.lines.set(kind, line)
  }
}

/** A range of samples. */
export interface Bounds {
  readonly first: number
  /** Exclusive: `[first, last)`. */
  readonly last: number
}

/** The samples of a range of seconds. */
export function boundsOf(start: number, end: number, rate: number): Bounds {
  return {
    first: Math.floor(start * rate),
    last: end === Infinity ? Infinity : Math.floor(end * rate),
  }
}

/** The part of a piece that lies within bounds: how many of its samples to skip, then to take. */
export function partWithin({ first, last }: Bounds, position: number, count: number) {
  const skip = Math.min(count, Math.max(0, first - position))
  return { skip, take: Math.min(count, Math.max(0, last - position)) - skip }
}

/** Silence between two samples, within bounds. */
export function* silence(
  from: number,
  to: number,
  { first, last }: Bounds,
  { rate, channels }: SoundTrack,
): Generator<SoundBlock> {
  const end = Math.min(to, last)
  for (let at = Math.max(from, first); at < end; ) {
    const count = Math.min(end - at, mostSilence * rate)
    const zeros = Array.from({ length: channels }, () => new Float32Array(count))
    yield { time: at / rate, rate, channels: zeros }
    at += count
  }
}

/** A sample, or 0 if it is not a plausible number, as in damaged files of floating-point numbers. */
export function clean(sample = 0): number {
  return sample > -1e4 && sample < 1e4 ? sample : 0
}
