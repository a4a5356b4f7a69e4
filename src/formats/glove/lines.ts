/** Splits a file, read in pieces, into lines; only the current line is kept. */
import { LimbicError } from '../../base/errors.js'

/** No line of word vectors is this long; a file with such a line is not text. */
const longest = 1 << 20
/** The byte order mark that Windows editors put before UTF-8 text. */
const mark = [0xef, 0xbb, 0xbf]

/** Gives the lines of a file one by one. */
export class LineReader {
  /** The number of lines read. */
  count = 0
  #rest = new Uint8Array()

  /**
   * @param where the name of the file, for messages
   * @param take receives each line without its end, and its number from 1; the bytes are valid only
   * during the call
   */
  constructor(
    readonly where: string,
    readonly take: (line: Uint8Array, number: number) => void,
  ) {}

  /** @throws LimbicError if a line has more than a million bytes */
  push(piece: Uint8Array): void {
    let start = 0
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      const line = piece.subarray(start, end)
      this.#give(this.#rest.length > 0 ? joined(this.#rest, line) : line)
      this.#rest = new Uint8Array()
      start = end + 1
    }
    // The reader reuses the piece's memory, so the rest of it is copied.
    this.#rest = joined(this.#rest, piece.subarray(start))
    if (this.#rest.length > longest) {
      throw new LimbicError('a line is too long for a file of word vectors', {
        where: `${this.where}, line ${this.count + 1}`,
        expected: `at most ${longest} bytes`,
        got: `${this.#rest.length} and no end`,
      })
    }
  }

  /** Emits the last line, if the file does not end with a line feed. */
  finish(): void {
    if (this.#rest.length > 0) this.#give(this.#rest)
    this.#rest = new Uint8Array()
  }

  #give(line: Uint8Array): void {
    this.count++
    const isMarked = this.count === 1 && mark.every((byte, at) => line[at] === byte)
    const start = isMarked ? mark.length : 0
    this.take(line.subarray(start, line.at(-1) === 13 ? -1 : undefined), this.count)
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(one.length + other.length)
  whole.set(one)
  whole.set(other, one.length)
  return whole
}
