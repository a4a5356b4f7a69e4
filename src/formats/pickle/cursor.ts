/** Reads a pickle's file sequentially. */
import { LimbicError } from '../../base/errors.js'
import type { FileBytes } from '../npy/index.js'

const windowBytes = 1 << 18

/** Reads a file sequentially through a small window; long ranges can be skipped unread. */
export class Cursor {
  readonly file: FileBytes
  readonly #window: Buffer
  #windowStart = 0
  #windowLength = 0
  #position = 0

  constructor(file: FileBytes) {
    this.file = file
    this.#window = Buffer.allocUnsafe(Math.min(windowBytes, file.length))
  }

  /** The offset of the next byte. */
  get position(): number {
    return this.#position
  }

  byte(): number {
    return this.#take(1).readUInt8(0)
  }

  uint16(): number {
    return this.#take(2).readUInt16LE(0)
  }

  int32(): number {
    return this.#take(4).readInt32LE(0)
  }

  uint32(): number {
    return this.#take(4).readUInt32LE(0)
  }

  /** A length of 64 bits; `skip` and `bytes` refuse what goes beyond the file. */
  uint64(): number {
    return Number(this.#take(8).readBigUInt64LE(0))
  }

  /** A float64, most significant byte first. */
  float64(): number {
    return this.#take(8).readDoubleBE(0)
  }

  /** A copy of the next `length` bytes. */
  bytes(length: number): Buffer {
    if (length <= windowBytes) return Buffer.from(this.#take(length))
    this.#demand(length)
    const copy = Buffer.allocUnsafe(length)
    this.file.read(this.#position, copy)
    this.#position += length
    return copy
  }

  text(length: number): string {
    if (length <= windowBytes) return this.#take(length).toString('utf8')
    return this.bytes(length).toString('utf8')
  }

  /** The text up to the next end of line, which is dropped. */
  line(): string {
    const start = this.#position
    let text = ''
    for (let code = this.byte(); code !== 0x0a; code = this.byte()) {
      text += String.fromCharCode(code)
      if (text.length > 1000) {
        throw new LimbicError('a name in the pickle does not end', {
          where: `${this.file.path}, byte ${start}`,
        })
      }
    }
    return text
  }

  /** Skips a line of any length; returns its offset, and its length without the line end. */
  passLine(): { readonly start: number; readonly length: number } {
    const start = this.#position
    for (;;) {
      this.#take(1)
      const from = this.#position - 1 - this.#windowStart
      const end = this.#window.subarray(0, this.#windowLength).indexOf(0x0a, from)
      if (end >= 0) {
        this.#position = this.#windowStart + end + 1
        return { start, length: this.#position - 1 - start }
      }
      this.#position = this.#windowStart + this.#windowLength
    }
  }

  /** A copy of bytes anywhere in the file; the cursor stays. */
  copy(start: number, length: number): Buffer {
    const copy = Buffer.allocUnsafe(length)
    this.file.read(start, copy)
    return copy
  }

  /** Skips `length` bytes and returns their offset. */
  skip(length: number): number {
    this.#demand(length)
    const start = this.#position
    this.#position += length
    return start
  }

  #demand(length: number): void {
    if (this.#position + length > this.file.length) {
      throw new LimbicError('the pickle ends too early', {
        where: `${this.file.path}, byte ${this.#position}`,
        expected: `${length} more bytes`,
        got: `${this.file.length - this.#position}`,
        hint: 'The file is damaged or cut short; copy or download it again',
      })
    }
  }

  /** The next `length` bytes, valid until the next call. */
  #take(length: number): Buffer {
    let start = this.#position - this.#windowStart
    if (start < 0 || start + length > this.#windowLength) {
      this.#demand(length)
      this.#windowStart = this.#position
      this.#windowLength = Math.min(windowBytes, this.file.length - this.#position)
      this.file.read(this.#windowStart, this.#window.subarray(0, this.#windowLength))
      start = 0
    }
    this.#position += length
    return this.#window.subarray(start, start + length)
  }
}
