/** Pieces of sound with their times: where they begin, change, and have holes, which silence fills. */
import type { SoundBlock, SoundTrack } from '../source.js'
import { seconds } from './health.js'

/** Shorter gaps between pieces are roundings of their container, in seconds. */
const shortestHole = 0.1
/** A damaged file may say any time, and so may a decoder where a rate changes: no hole ends later. */
const latest = 24 * 3600
/** A second of silence at once, at most. */
const mostSilence = 1

/** A piece of sound as it was decoded. */
export interface Piece {
  /** Seconds from the start of the recording. */
  readonly time: number
  /** Samples a second (Hz). */
  readonly rate: number
  readonly channels: number
  /** Samples of each channel. */
  readonly count: number
}

/** Follows pieces of sound. */
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

  /** Takes the next piece. @returns how many samples are missing before it, at the rate of the track */
  tick({ time, rate, channels, count }: Piece): number {
    this.tellChanges(rate, channels, time)
    const gap = this.next === undefined ? 0 : time - this.next
    this.next = time + count / rate
    if (!(gap > shortestHole && time < this.most + 1)) return 0
    const range = `${seconds(time - gap)} to ${seconds(time)}`
    this.say('hole', `sound is missing from ${range}: silence is given there`)
    return Math.round(gap * this.sound.rate)
  }

  /** Tells what was found, in the order in which it was. */
  tell(note: (line: string) => void): void {
    for (const line of this.lines.values()) note(line)
  }

  private tellChanges(rate: number, channels: number, time: number): void {
    const { sound } = this
    if (rate !== sound.rate) {
      this.changed = true
      const line = `sound changes to ${rate} Hz at ${seconds(time)}; it is given at ${sound.rate} Hz`
      this.say('rate', line)
    }
    if (channels !== sound.channels) {
      const line = `sound changes to ${channels} channels at ${seconds(time)}`
      this.say('channels', `${line}; it is given with ${sound.channels}`)
    }
  }

  /** Each kind of remark is made once, where it happens first. */
  private say(kind: string, line: string): void {
    if (!this.lines.has(kind)) this.lines.set(kind, line)
  }
}

/** A range of samples. */
export interface Bounds {
  readonly first: number
  /** Without it: `[first, last)`. */
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

/** Zeros between two samples, of those within bounds. */
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

/** Damaged files of floating point numbers may hold any: what is no number is silence. */
export function clean(sample = 0): number {
  return sample > -1e4 && sample < 1e4 ? sample : 0
}
