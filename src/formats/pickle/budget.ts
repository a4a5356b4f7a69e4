/** What a pickle may cost: a few bytes of it can ask for values without end. */
import { limit, overLimit } from '../../disk/limits.js'

/** About how many bytes of memory a value takes, besides its place in what holds it. */
export const cost = {
  place: 8,
  number: 16,
  text: 32,
  list: 64,
  /** A list makes room for several items with its first. */
  firstItem: 136,
  dictionary: 200,
  entry: 56,
  set: 160,
  member: 40,
  remembered: 16,
  /** Remembered under a number out of turn. */
  scattered: 56,
  array: 512,
} as const

/** No Map or Set of the engine holds more. */
export const largestMap = 2 ** 24 - 1

/** Copies that any pickle may make, however short it is. */
const freeCopies = 1 << 16

/** Counts what a pickle has cost so far. */
export class PickleBudget {
  readonly #most = limit('memory')
  readonly #mostCopies: number
  #memory = 0
  #copies = 0

  /** @param length bytes of the file */
  constructor(length: number) {
    this.#mostCopies = length + freeCopies
  }

  /** Counts memory that is about to be taken. @throws LimbicError beyond the limit */
  take(bytes: number, where: () => string): void {
    this.#memory += bytes
    if (this.#memory <= this.#most) return
    throw overLimit('the values of the pickle take too much memory', 'memory', { where: where() })
  }

  /**
   * Counts items or bytes that a call in the pickle copies. Each was written once, and what wrote
   * it copies it at most once: more than the file has bytes are copies of copies.
   *
   * @returns false beyond that
   */
  copy(count: number): boolean {
    this.#copies += count
    return this.#copies <= this.#mostCopies
  }
}
