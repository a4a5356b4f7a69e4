import { LimbicError } from '../../base/errors.js'
import { type ByteSource, MemoryBytes, readAll } from './bytes.js'
import { decodeNumbers, isNativeFloat32 } from './decode-numbers.js'
import type { ElementType } from './element-type.js'

/** Raw bytes converted at a time, so that a read of any size needs little memory. */
const chunkBytes = 1 << 20
/** Arrays in Fortran order are turned in memory, up to this size. */
const largestTurned = 1 << 30

/** An array of numbers or fixed-width text whose elements are read when asked for. */
export class StoredArray {
  readonly type: ElementType
  readonly shape: readonly number[]
  /** Number of elements. */
  readonly size: number
  readonly #where: string
  #bytes: ByteSource
  #fortranOrder: boolean
  #scratch: Buffer | undefined

  /**
   * @param where names the file and place, for messages.
   * @throws LimbicError if the bytes are not as many as the shape needs.
   */
  constructor(
    type: ElementType,
    shape: readonly number[],
    bytes: ByteSource,
    fortranOrder: boolean,
    where: string,
  ) {
    this.type = type
    this.shape = shape
    this.size = elementCount(shape, where)
    this.#where = where
    this.#bytes = bytes
    this.#fortranOrder = fortranOrder && shape.filter((extent) => extent > 1).length > 1
    if (bytes.length !== this.size * type.bytes) {
      throw new LimbicError("the array's bytes do not match its shape", {
        where,
        expected: `${this.size * type.bytes} bytes for ${type.kind} [${shape.join(', ')}]`,
        got: `${bytes.length}`,
        hint: 'The file is damaged or cut short; copy or download it again',
      })
    }
    if (type.bytes === 0 && this.size > 0) {
      throw new LimbicError('text of no width cannot be read', { where })
    }
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
    const bytes = this.#inRowOrder()
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

  /** All elements of a text array, in C order, without the zeros that fill them up. */
  toTexts(): string[] {
    const raw = Buffer.from(readAll(this.#inRowOrder()))
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
        throw new LimbicError('text holds a number that is no character', { where: this.#where })
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

  #inRowOrder(): ByteSource {
    if (this.#fortranOrder) {
      if (this.#bytes.length > largestTurned) {
        throw new LimbicError('an array in Fortran order is too large to be turned in memory', {
          where: this.#where,
          expected: `at most ${largestTurned} bytes`,
          got: `${this.#bytes.length}`,
          hint: 'Save it with numpy.ascontiguousarray',
        })
      }
      const turned = toRowOrder(readAll(this.#bytes), this.shape, this.type.bytes)
      this.#bytes = new MemoryBytes(turned)
      this.#fortranOrder = false
    }
    return this.#bytes
  }
}

/** The number of elements of a shape; refuses what no array can have. */
function elementCount(shape: readonly number[], where: string): number {
  const count = shape.reduce((product, extent) => product * extent, 1)
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) {
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

/** Copies elements from first-axis-fastest to last-axis-fastest order. */
function toRowOrder(from: Uint8Array, shape: readonly number[], width: number): Uint8Array {
  const to = new Uint8Array(from.length)
  const position = new Array<number>(shape.length).fill(0)
  const strides: number[] = []
  let stride = width
  for (const extent of shape) {
    strides.push(stride)
    stride *= extent
  }
  let source = 0
  for (let done = 0; done < to.length; done += width) {
    for (let byte = 0; byte < width; byte++) to[done + byte] = from[source + byte] as number
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] as number) + 1
      source += strides[axis] as number
      if (next < (shape[axis] as number)) {
        position[axis] = next
        break
      }
      position[axis] = 0
      source -= next * (strides[axis] as number)
    }
  }
  return to
}
