/** An array on disk or in memory that is decoded when read. */

import { LimbicError } from '../../base/errors.js'
import { limit, overLimit, sizeOf } from '../../disk/limits.js'
import { type ByteSource, readAll } from './bytes.js'
import { decodeNumbers, isNativeFloat32 } from './decode-numbers.js'
import type { ElementType } from './element-type.js'
import { type ArrayLayout, inRowOrder, span } from './strides.js'

/** The number of raw bytes converted at a time, so that a read of any size needs little memory. */
const chunkBytes = 1 << 20

/** An array of numbers or fixed-width text whose elements are read on demand. */
export class StoredArray {
  readonly type: ElementType
  readonly shape: readonly number[]
  /** Number of elements. */
  readonly size: number
  readonly #where: string
  /** The elements in C order. */
  readonly #bytes: ByteSource
  #scratch: Buffer | undefined

  /**
   * @param where names the file and place, for messages.
   * @throws LimbicError if the number of bytes does not match the shape; with strides there may be
   * more.
   */
  constructor(
    type: ElementType,
    shape: readonly number[],
    bytes: ByteSource,
    layout: ArrayLayout,
    where: string,
  ) {
    this.type = type
    this.shape = shape
    this.size = elementCount(shape, where)
    if (typeof layout !== 'string') checkRepeats(this.size * type.bytes, bytes.length, where)
    this.#where = where
    const needed = type.bytes * (typeof layout === 'string' ? this.size : span(shape, layout))
    if (typeof layout === 'string' ? bytes.length !== needed : bytes.length < needed) {
      throw new LimbicError("the array's bytes do not match its shape", {
        where,
        expected: `${needed} bytes for ${type.kind} [${shape.join(', ')}]`,
        got: `${bytes.length}`,
        hint: 'The file is damaged or cut short; copy or download it again',
      })
    }
    if (type.bytes === 0 && this.size > 0) {
      throw new LimbicError('text of width 0 cannot be read', { where })
    }
    this.#bytes = inRowOrder(bytes, shape, type.bytes, layout, where)
  }

  get isText(): boolean {
    return this.type.kind === 'utf32' || this.type.kind === 'bytes'
  }

  /**
   * Converts `count` elements, from element `start` in C order (last axis fastest), to numbers at
   * `target[offset...]`.
   */
  readNumbers(
    start: number,
    count: number,
    target: Float32Array | Float64Array,
    offset: number,
  ): void {
    this.#checkRange(start, count)
    const width = this.type.bytes
    const bytes = this.#bytes
    if (target instanceof Float32Array && isNativeFloat32(this.type)) {
      const raw = new Uint8Array(target.buffer, target.byteOffset + 4 * offset, 4 * count)
      bytes.read(4 * start, raw)
      return
    }
    this.#scratch ??= Buffer.from(new ArrayBuffer(Math.min(chunkBytes, this.size * width)))
    const chunk = chunkBytes / width
    for (let done = 0; done < count; done += chunk) {
      const part = Math.min(chunk, count - done)
      const raw = this.#scratch.subarray(0, part * width)
      bytes.read((start + done) * width, raw)
      decodeNumbers(this.type, raw, target, offset + done)
    }
  }

  /** All elements as numbers, in C order. */
  toNumbers(): Float64Array {
    const values = new Float64Array(this.size)
    this.readNumbers(0, this.size, values, 0)
    return values
  }

  /** All elements of a text array, in C order, without trailing zeros. */
  toTexts(): string[] {
    const raw = Buffer.from(readAll(this.#bytes))
    const width = this.type.bytes
    return Array.from({ length: this.size }, (_, index) => {
      const element = raw.subarray(index * width, (index + 1) * width)
      return this.type.kind === 'utf32' ? this.#fromUtf32(element) : fromBytes(element)
    })
  }

  #fromUtf32(element: Buffer): string {
    let text = ''
    for (let at = 0; at < element.length; at += 4) {
      const point = this.type.littleEndian ? element.readUInt32LE(at) : element.readUInt32BE(at)
      if (point > 0x10ffff) {
        throw new LimbicError('text contains a number that is not a character', {
          where: this.#where,
        })
      }
      text += String.fromCodePoint(point)
    }
    return withoutTrailingZeros(text)
  }

  #checkRange(start: number, count: number): void {
    if (this.isText || this.type.kind === 'object') {
      throw new LimbicError('expected an array of numbers', {
        where: this.#where,
        got: this.type.kind === 'object' ? 'objects' : 'text',
      })
    }
    if (start < 0 || start + count > this.size) {
      throw new RangeError(`elements ${start} to ${start + count} of ${this.size}`)
    }
  }
}

/** Strides of 0 repeat elements, so a few bytes can claim an array of any size. */
function checkRepeats(claimed: number, there: number, where: string): void {
  // Readers hold numbers as 64-bit reals.
  if (claimed <= there || 2 * claimed <= limit('memory')) return
  throw overLimit('an array repeats its elements beyond what memory can hold', 'memory', {
    where,
    got: `${sizeOf(claimed)} made of ${sizeOf(there)}`,
  })
}

/** Without elements an array takes no memory, but what is made for each of its rows does. */
const mostEmptyRows = 1 << 20

/** The number of elements of a shape; refuses impossible shapes. */
function elementCount(shape: readonly number[], where: string): number {
  const count = shape.reduce((product, extent) => product * extent, 1)
  const empty = count === 0 && shape.some((extent) => extent > mostEmptyRows)
  if (empty || !shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
    throw new LimbicError('an array cannot have this shape', {
      where,
      got: `[${shape.slice(0, 32).join(', ')}]`,
    })
  }
  return count
}

function fromBytes(element: Buffer): string {
  let end = element.length
  while (end > 0 && element[end - 1] === 0) end--
  return element.toString('utf8', 0, end)
}

function withoutTrailingZeros(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--
  return text.slice(0, end)
}
