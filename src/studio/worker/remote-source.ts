/** A live source whose sound and frames come as messages from the page. */
import type { Frame, SoundBlock, Source } from '../../media/source.js'
import type { SourceFacts } from './messages.js'

/** The maximum length of buffered sound, in seconds. */
const mostSound = 10

export interface RemoteSource extends Source {
  /** Adds a frame; replaces one that has not been read yet. */
  pushFrame(frame: Frame): void
  pushSound(block: SoundBlock): void
  end(): void
}

/** Frames arrive as the page sends them; it sets rate and size, whatever is requested. */
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

/** A buffer for one reader; drops the oldest items if there are too many. */
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
