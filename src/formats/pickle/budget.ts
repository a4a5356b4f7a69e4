/** Limits the cost of a pickle, since a few bytes can demand any amount of memory. */
import { limit, overLimit } from '../../disk/limits.js'

/** The approximate memory of a value in bytes, besides its slot in a container. */
export const cost = {
  place: 8,
  number: 16,
  text: 32,
  list: 64,
  /** A list allocates several slots with its first item. */
  firstItem: 136,
  dictionary: 200,
  entry: 56,
  set: 160,
  member: 40,
  remembered: 16,
  /** A memo entry under a number out of sequence. */
  scattered: 56,
  array: 512,
} as const

/** The most entries of a Map or Set in V8. */
export const largestMap = 2 ** 24 - 1

/** The copies that even the shortest pickle may make. */
const freeCopies = 1 << 16

/** Counts the cost of a pickle so far. */
export class PickleBudget {
  readonly #most = limit('memory')
  readonly #mostCopies: number
  #memory = 0
  #copies = 0

  /** @param length bytes of the file */
  constructor(length: number) {
    this.#mostCopies = length + freeCopies
  }

  /** Counts memory before it is allocated. @throws LimbicError beyond the limit */
  take(bytes: number, where: () => string): void {
    this.#memory += bytes
    if (this.#memory <= this.#most) return
    throw overLimit('the values of the pickle take too much memory', 'memory', { where: where() })
  }

  /**
   * Counts the items or bytes that calls in the pickle copy. A writer copies each at most once, so
   * more copies than the file has bytes are copies of copies.
   *
   * @returns false if there are more
   */
  copy(count: number): boolean {
    this.#copies += count
    return this.#copies <= this.#mostCopies
  }
}
