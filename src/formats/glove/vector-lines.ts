/** Parses lines of word vectors: a word, which may contain spaces, and its numbers. */
import { LimbicError } from '../../base/errors.js'

/** The number of words kept as examples, for messages. */
const mostExamples = 5
const space = 32
const tab = 9
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The fields of a line, separated by spaces or tabs. */
function fieldsOf(line: Uint8Array): string[] {
  return decoder
    .decode(line)
    .trimEnd()
    .split(/[ \t]+/)
}

/** The end of a line's first field. */
function firstEnd(line: Uint8Array): number {
  const end = line.findIndex((byte) => byte === space || byte === tab)
  return end < 0 ? line.length : end
}

/** Takes the lines of a GloVe or word2vec text file one after another, and keeps the requested words. */
export class VectorLines {
  readonly vectors = new Map<string, Float32Array>()
  /** Numbers per word; known from the first line on. */
  width = 0
  /** The first words of the file, requested or not. */
  readonly examples: string[] = []
  readonly #wanted: ReadonlySet<string> | undefined
  /** The first fields of the wanted words, by which most lines are skipped quickly. */
  readonly #beginnings: ReadonlySet<string> | undefined

  /** @param wanted words to keep; default: all */
  constructor(
    readonly where: string,
    wanted?: ReadonlySet<string>,
  ) {
    this.#wanted = wanted
    this.#beginnings = wanted && new Set([...wanted].map((word) => word.split(' ', 1)[0] ?? word))
  }

  /** Whether every requested word has been found. */
  get complete(): boolean {
    return this.#wanted !== undefined && this.vectors.size === this.#wanted.size
  }

  /**
   * If a word occurs twice, the first counts.
   *
   * @throws LimbicError if the first line, or that of a wanted word, is not a word and its numbers
   */
  take(line: Uint8Array, number: number): void {
    if (this.width === 0 ? this.#begins(line, number) : line.length === 0) return
    if (number === 2) this.#checkSecond(line)
    if (this.examples.length < mostExamples) {
      const fields = fieldsOf(line)
      if (fields.length > this.width) {
        this.examples.push(printable(fields.slice(0, fields.length - this.width).join(' ')))
      }
    }
    if (this.#beginnings) {
      if (!this.#beginnings.has(decoder.decode(line.subarray(0, firstEnd(line))))) return
    }
    const fields = fieldsOf(line)
    // Words may contain spaces, numbers do not: everything before the numbers is the word.
    const length = fields.length - this.width
    if (length < 1) {
      throw new LimbicError('a line has too few numbers', {
        where: `${this.where}, line ${number}`,
        expected: `a word and ${this.width} numbers`,
        got: `${fields.length} fields`,
        hint: 'The file may be cut off; download it again',
      })
    }
    const word = fields.slice(0, length).join(' ')
    if (this.vectors.has(word) || (this.#wanted && !this.#wanted.has(word))) return
    this.vectors.set(word, this.#numbers(fields.slice(length), number))
  }

  /**
   * Determines the width from the first line. @returns whether that was word2vec's `count width`
   */
  #begins(line: Uint8Array, number: number): boolean {
    const fields = fieldsOf(line)
    const header = fields.length === 2 && fields.every((field) => /^[1-9]\d*$/.test(field))
    this.width = header ? Number(fields[1]) : fields.length - 1
    if (header) return true
    if (this.width < 1) {
      throw new LimbicError('this is not a file of word vectors', {
        where: `${this.where}, line ${number}`,
        expected: 'a word and its numbers, separated by spaces',
        got: printable(fields[0] ?? ''),
        hint: "Vectors in a table with commas, or in word2vec's binary form, must be saved as text first",
      })
    }
    this.#numbers(fields.slice(1), number)
    return false
  }

  /** A truncated first line, or a table's heading, has fewer numbers than the next line. */
  #checkSecond(line: Uint8Array): void {
    const fields = fieldsOf(line)
    const more = fields.slice(1, fields.length - this.width)
    if (more.length === 0 || !more.every((field) => /^[+-]?\d*\.\d+(e[+-]?\d+)?$/i.test(field)))
      return
    throw new LimbicError('the lines differ in their number of values', {
      where: `${this.where}, line 2`,
      expected: `a word and ${this.width} numbers, as in line 1`,
      got: `${fields.length - 1} numbers`,
      hint: 'Remove the first line if it is a heading, or download the file again',
    })
  }

  #numbers(fields: readonly string[], number: number): Float32Array {
    const vector = Float32Array.from(fields, (field) => (field === '' ? Number.NaN : Number(field)))
    const wrong = vector.findIndex((value) => !Number.isFinite(value))
    if (wrong < 0) return vector
    throw new LimbicError('a word vector has an invalid number', {
      where: `${this.where}, line ${number}, number ${wrong + 1} of ${fields.length}`,
      expected: 'a finite number',
      got: printable(fields[wrong] ?? ''),
    })
  }
}

/** The start of a file, safe to print. */
function printable(text: string): string {
  const shown = text.slice(0, 40).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
  return shown === '' ? 'nothing' : `"${shown}"`
}
