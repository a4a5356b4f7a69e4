/** Splits a file, read in pieces, into lines; only the current line is kept. */
import { LimbicError } from '../../base/errors.js'

/** No line of word vectors is this long; a file with such a line is not text. */
const longest = 1 << 20
/** The byte order mark that Windows editors put before UTF-8 text. */
const mark = Buffer.from('\ufeff')

/** Gives the lines of a file one by one. */
export class LineReader {
  /** The number of lines read. */
  count = 0
  #rest: Buffer = Buffer.alloc(0)

  /**
   * @param where the name of the file, for messages
   * @param take receives each line without its end, and its number from 1; the bytes are valid only
   * during the call
   */
  constructor(
    readonly where: string,
    readonly take: (line: Buffer, number: number) => void,
  ) {}

  /** @throws LimbicError if a line has more than a million bytes */
  push(piece: Buffer): void {
    let start = 0
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      const line = piece.subarray(start, end)
      this.#give(this.#rest.length > 0 ? Buffer.concat([this.#rest, line]) : line)
      this.#rest = Buffer.alloc(0)
      start = end + 1
    }
    // The reader reuses the piece's memory, so the rest of it is copied.
    this.#rest = Buffer.concat([this.#rest, piece.subarray(start)])
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
    this.#rest = Buffer.alloc(0)
  }

  #give(line: Buffer): void {
    this.count++
    const start = this.count === 1 && line.indexOf(mark) === 0 ? mark.length : 0
    this.take(line.subarray(start, line.at(-1) === 13 ? -1 : undefined), this.count)
  }
}
