/** What ffmpeg says of the sound that it decodes: where it begins, changes, and has holes. */
import { SoundClock } from '../sound-clock.js'
import type { Message } from './decoder.js'
import type { SoundFacts } from './facts.js'

const infoLine = /^n:\d+ pts:(-?\d+) .*? channels:(\d+) .*? rate:(\d+) nb_samples:(\d+) /
/** A resampler keeps as many samples back, where the rate changes within. */
const slack = 4096

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
  readonly clock: SoundClock
  private produced = 0
  private readonly holes: Hole[] = []

  /**
   * @param from seconds at which reading began
   * @param most the duration that the file states, in seconds
   */
  constructor(
    private readonly sound: SoundFacts,
    private readonly from: number,
    most?: number,
  ) {
    this.clock = new SoundClock(sound, most)
  }

  hear({ text, speaker }: Message): void {
    if (!speaker.includes('ashowinfo')) return
    const [, pts, channels, rate, count] = infoLine.exec(text) ?? []
    if (pts === undefined || !(Number(rate) > 0)) return
    const inFile = Number(pts) / Number(rate)
    this.begin ??= Math.round(inFile * this.sound.rate)
    const missing = this.clock.tick({
      ...{ time: this.from + inFile, rate: Number(rate) },
      ...{ channels: Number(channels), count: Number(count) },
    })
    if (missing > 0) this.holes.push({ at: Math.round(this.produced), count: missing })
    this.produced += (Number(count) * this.sound.rate) / Number(rate)
  }

  /** Whether it was told of as many samples. */
  knows(samples: number): boolean {
    return this.produced + (this.clock.changed ? slack : 0) >= samples
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
}
