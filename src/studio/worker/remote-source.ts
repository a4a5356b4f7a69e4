/** A live source whose sound and frames come as messages from the page. */
import type { Frame, SoundBlock, Source } from '../../media/source.js'
import type { SourceFacts } from './messages.js'

/** Seconds of sound that may wait. */
const mostSound = 10

export interface RemoteSource extends Source {
  /** Brings a frame; one that nobody took yet is forgotten for it. */
  pushFrame(frame: Frame): void
  pushSound(block: SoundBlock): void
  end(): void
}

/** Frames come as the page sends them, whatever is requested: it knows the rate and the size. */
export function remoteSource(facts: SourceFacts): RemoteSource {
  const frames = new Queue<Frame>(() => 1, 1)
  const sound = new Queue<SoundBlock>(
    ({ channels, rate }) => (channels[0]?.length ?? 0) / rate,
    mostSound,
  )
  return {
    ...{ ...facts, duration: undefined, remarks: [] },
    readFrames: () => frames.read(),
    readSound: () => sound.read(),
    pushFrame: (frame) => frames.push(frame),
    pushSound: (block) => sound.push(block),
    end() {
      frames.end()
      sound.end()
    },
    async close() {
      frames.end()
      sound.end()
    },
  }
}

/** Items that wait for one reader; the oldest are forgotten where there are too many. */
class Queue<Item> {
  readonly #items: Item[] = []
  #weight = 0
  #isEnded = false
  #wake = () => {}

  constructor(
    private readonly weigh: (item: Item) => number,
    private readonly most: number,
  ) {}

  push(item: Item): void {
    this.#items.push(item)
    this.#weight += this.weigh(item)
    while (this.#weight > this.most && this.#items.length > 1) this.#take()
    this.#wake()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *read(): AsyncGenerator<Item> {
    for (;;) {
      const item = this.#take()
      if (item) yield item
      else if (this.#isEnded) return
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  #take(): Item | undefined {
    const item = this.#items.shift()
    if (item) this.#weight -= this.weigh(item)
    return item
  }
}
