/** Follows ffmpeg's log of decoded sound: where it begins, changes, and has gaps. */
import { SoundClock } from '../sound-clock.js'
import type { Message } from './decoder.js'
import type { SoundFacts } from './facts.js'

const infoLine = /^n:\d+ pts:(-?\d+) .*? channels:(\d+) .*? rate:(\d+) nb_samples:(\d+) /
/** The number of samples that a resampler holds back when the rate changes. */
const slack = 4096

interface Hole {
  /** The number of the output sample that follows it. */
  readonly at: number
  /** The number of missing samples. */
  readonly count: number
}

/** Parses the log of ffmpeg's filter `ashowinfo`. */
export class SoundLog {
  /** The sample at which the first piece begins, counted from where reading started. */
  begin: number | undefined
  readonly clock: SoundClock
  private produced = 0
  private readonly holes: Hole[] = []

  /**
   * @param from seconds at which reading started
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

  /** Whether the log covers this many samples. */
  knows(samples: number): boolean {
    return this.produced + (this.clock.changed ? slack : 0) >= samples
  }

  /** The number of samples missing before a sample, which are then forgotten. */
  holeAt(sample: number): number {
    const [hole] = this.holes
    if (!hole || hole.at > sample) return 0
    this.holes.shift()
    return hole.count
  }

  /** The number of samples from a given one up to the next gap. */
  untilHole(sample: number): number {
    return (this.holes[0]?.at ?? Infinity) - sample
  }
}
