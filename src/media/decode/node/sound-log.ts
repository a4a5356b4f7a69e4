/** What ffmpeg says of the sound that it decodes: where it begins, changes, and has holes. */
import { seconds } from '../health.js'
import type { Message } from './decoder.js'
import type { SoundFacts } from './facts.js'

const infoLine = /^n:\d+ pts:(-?\d+) .*? channels:(\d+) .*? rate:(\d+) nb_samples:(\d+) /
/** Shorter gaps between pieces are roundings of their container, in seconds. */
const shortestHole = 0.1
/** A resampler keeps as many samples back, where the rate changes within. */
const slack = 4096
/** A damaged file may say any time, and so does ffmpeg where a rate changes: no hole ends later. */
const latest = 24 * 3600

interface Hole {
  /** The number of the sample given out before which it lies. */
  readonly at: number
  /** How many samples are missing. */
  readonly count: number
}

/** Listens to ffmpeg's filter `ashowinfo`. */
export class SoundLog {
  /** The sample at which the first piece begins, from where reading began. */
  begin: number | undefined
  private produced = 0
  private next: number | undefined
  private changed = false
  private readonly holes: Hole[] = []
  private readonly lines = new Map<string, string>()

  /**
   * @param from seconds at which reading began
   * @param most the duration that the file states, in seconds
   */
  constructor(
    private readonly sound: SoundFacts,
    private readonly from: number,
    private readonly most = latest,
  ) {}

  hear({ text, speaker }: Message): void {
    if (!speaker.includes('ashowinfo')) return
    const [, pts, channels, rate, count] = infoLine.exec(text) ?? []
    if (pts === undefined || !(Number(rate) > 0)) return
    const inFile = Number(pts) / Number(rate)
    this.begin ??= Math.round(inFile * this.sound.rate)
    const time = this.from + inFile
    this.tellChanges(Number(rate), Number(channels), time)
    const gap = this.next === undefined ? 0 : time - this.next
    if (gap > shortestHole && time < this.most + 1) {
      this.holes.push({ at: Math.round(this.produced), count: Math.round(gap * this.sound.rate) })
      const range = `${seconds(time - gap)} to ${seconds(time)}`
      this.say('hole', `sound is missing from ${range}: silence is given there`)
    }
    this.produced += (Number(count) * this.sound.rate) / Number(rate)
    this.next = time + Number(count) / Number(rate)
  }

  /** Whether it was told of as many samples. */
  knows(samples: number): boolean {
    return this.produced + (this.changed ? slack : 0) >= samples
  }

  /** How many samples are missing before a sample; forgets them. */
  holeAt(sample: number): number {
    const [hole] = this.holes
    if (!hole || hole.at > sample) return 0
    this.holes.shift()
    return hole.count
  }

  /** How many samples from one on come without a hole. */
  untilHole(sample: number): number {
    return (this.holes[0]?.at ?? Infinity) - sample
  }

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

  /** Each kind of thing is told once, where it happens first. */
  private say(kind: string, line: string): void {
    if (!this.lines.has(kind)) this.lines.set(kind, line)
  }
}
