/** Keeps the latest items of a live source up to a weight, for any number of readers. */

interface Entry<Item> {
  readonly item: Item
  readonly weight: number
}

/** A queue that drops its oldest items, so that memory is bounded whether anybody reads or not. */
export class Ring<Item> {
  readonly #entries: Entry<Item>[] = []
  /** The number of the oldest entry since the start. */
  #first = 0
  #weight = 0
  #hasEnded = false
  #failure: unknown
  #waiting: (() => void)[] = []

  /** @param most the weight to keep; at least one item is always kept */
  constructor(readonly most: number) {}

  /** The oldest item kept. */
  get oldest(): Item | undefined {
    return this.#entries[0]?.item
  }

  push(item: Item, weight: number): void {
    if (this.#hasEnded) return
    this.#entries.push({ item, weight })
    this.#weight += weight
    while (this.#weight > this.most && this.#entries.length > 1) {
      this.#weight -= this.#entries.shift()?.weight ?? 0
      this.#first++
    }
    this.#wake()
  }

  /** Marks the end. @param failure thrown to readers once they have read everything */
  end(failure?: unknown): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#failure = failure
    this.#wake()
  }

  /** Marks the end and drops everything. */
  clear(): void {
    this.end()
    this.#entries.length = 0
    this.#weight = 0
    this.#wake()
  }

  /** All items from the oldest one kept, as they arrive. A reader that is too slow misses some. */
  async *read(): AsyncGenerator<Item> {
    for (let next = this.#first; ; next++) {
      next = Math.max(next, this.#first)
      while (next - this.#first >= this.#entries.length) {
        if (this.#hasEnded) {
          if (this.#failure !== undefined) throw this.#failure
          return
        }
        await new Promise<void>((resolve) => this.#waiting.push(resolve))
        next = Math.max(next, this.#first)
      }
      const entry = this.#entries[next - this.#first]
      if (entry) yield entry.item
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
