/** The latest sound of a live source, to be read again and again. */
import { boundsOf, partWithin } from '../../media/decode/sound-clock.js'
import type { SoundBlock, SoundTrack, Source, TimeRange } from '../../media/source.js'

/** Keeps the latest seconds of sound. */
export class SoundTape {
  readonly #blocks: SoundBlock[] = []

  /** @param seconds that are kept */
  constructor(
    readonly track: SoundTrack,
    readonly seconds: number,
  ) {}

  /** Seconds from the start of the source to the end of what was heard. */
  get end(): number {
    const last = this.#blocks.at(-1)
    return last ? endOf(last) : 0
  }

  push(block: SoundBlock): void {
    this.#blocks.push(block)
    const [first] = this.#blocks
    if (first && endOf(first) < endOf(block) - this.seconds) this.#blocks.shift()
  }

  /** What is kept, as a recording; its times are those of the live source. */
  source(name: string): Source {
    return {
      ...{ name, duration: undefined, sound: this.track, picture: undefined, remarks: [] },
      readSound: (range) => this.#read(range),
      async *readFrames() {},
      close: async () => {},
    }
  }

  async *#read({ start = 0, end = Number.POSITIVE_INFINITY }: TimeRange = {}) {
    const bounds = boundsOf(start, end, this.track.rate)
    for (const { time, rate, channels } of [...this.#blocks]) {
      const position = Math.round(time * rate)
      const { skip, take } = partWithin(bounds, position, channels[0]?.length ?? 0)
      if (take <= 0) continue
      const part = channels.map((line) => line.subarray(skip, skip + take))
      yield { time: (position + skip) / rate, rate, channels: part }
    }
  }
}

const endOf = ({ time, rate, channels }: SoundBlock): number =>
  time + (channels[0]?.length ?? 0) / rate
