/** MATLAB files of version 5 (`.mat`, as `save` and SciPy write them). */
import { inflateSync } from 'node:zlib'
import { LimbicError } from '../../base/errors.js'
import { limit, overLimit } from '../../disk/limits.js'
import { MemoryBytes } from '../npy/bytes.js'
import { type FileBytes, type NumberName, StoredArray } from '../npy/index.js'
import { PickledArray, PickledObject, type PickleValue } from '../pickle/index.js'

/** How numbers are stored, by type code. */
const types: Readonly<Record<number, readonly [kind: NumberName, bytes: number]>> = {
  1: ['int8', 1],
  2: ['uint8', 1],
  3: ['int16', 2],
  4: ['uint16', 2],
  5: ['int32', 4],
  6: ['uint32', 4],
  7: ['float32', 4],
  9: ['float64', 8],
  12: ['int64', 8],
  13: ['uint64', 8],
}
const [matrix, packed] = [14, 15]
const [cellClass, structClass, objectClass, charClass, sparseClass] = [1, 2, 3, 4, 5]
const headerBytes = 128
const deepest = 32

/**
 * The variables of a file by name: numeric arrays, texts, cell arrays as lists, structures as
 * dictionaries (or lists of them).
 *
 * @throws LimbicError if it is damaged or cut short
 */
export function readMatlab5(file: FileBytes): Map<PickleValue, PickleValue> {
  const header = Buffer.alloc(headerBytes)
  if (file.length < headerBytes) throw damaged(file.path, 'the header is not whole')
  file.read(0, header)
  const littleEndian = header.toString('latin1', 126, 128) === 'IM'
  const variables = new Map<PickleValue, PickleValue>()
  let taken = 0
  for (let at = headerBytes; at + 8 <= file.length; ) {
    const tag = Buffer.alloc(8)
    file.read(at, tag)
    const [type, length] = [word(tag, 0, littleEndian), word(tag, 4, littleEndian)]
    if (at + 8 + length > file.length) throw damaged(file.path, `at byte ${at} it ends too early`)
    taken += length
    if (taken > limit('memory')) {
      throw overLimit('the variables take too much memory', 'memory', { where: file.path })
    }
    let bytes: Buffer = Buffer.alloc(length)
    file.read(at + 8, bytes)
    at += 8 + length
    const where = `${file.path}, byte ${at}`
    if (type === packed) {
      bytes = unpack(bytes, limit('memory') - taken, where)
      taken += bytes.length
      if (bytes.length < 8 || word(bytes, 0, littleEndian) !== matrix) continue
      bytes = bytes.subarray(8)
    } else if (type !== matrix) continue
    const { name, value } = new MatrixReader(bytes, littleEndian, where).read(0)
    if (name !== '' && !name.startsWith('__')) variables.set(name, value)
  }
  return variables
}

function word(bytes: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
}

/** Describes an array of which only the name is kept, whatever size it claims. */
function unreadKind(kind: number, complex: boolean): string {
  if (kind === sparseClass) return 'a sparse array; save full(x) in its place'
  return complex ? 'an array of complex numbers' : 'an object of a class'
}

function damaged(where: string, what: string): LimbicError {
  return new LimbicError(`the MATLAB file is damaged or cut short: ${what}`, {
    where,
    hint: 'Copy or download it again',
  })
}

function unpack(bytes: Buffer, most: number, where: string): Buffer {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, most) })
  } catch (error) {
    if (error instanceof RangeError) {
      throw overLimit('a variable takes too much memory', 'memory', { where })
    }
    throw damaged(where, 'a variable does not unpack')
  }
}

/**
 * Reads one array and its contents: a sequence of elements, each with a type, a length and bytes.
 */
class MatrixReader {
  readonly #bytes: Buffer
  readonly #littleEndian: boolean
  readonly #where: string
  #at = 0

  constructor(bytes: Buffer, littleEndian: boolean, where: string) {
    this.#bytes = bytes
    this.#littleEndian = littleEndian
    this.#where = where
  }

  read(depth: number): { readonly name: string; readonly value: PickleValue } {
    if (depth > deepest) throw damaged(this.#where, 'arrays too deep within each other')
    const flags = this.#element().bytes
    if (flags.length < 8) throw damaged(this.#where, 'an array without a kind')
    const kind = this.#word(flags, 0) & 0xff
    const complex = (this.#word(flags, 0) & 0x800) !== 0
    const dimensions = this.#element().bytes
    const shape = Array.from({ length: dimensions.length >> 2 }, (_, axis) =>
      this.#word(dimensions, 4 * axis),
    )
    const name = this.#element().bytes.toString('latin1')
    const count = shape.reduce((product, extent) => product * extent, 1)
    return { name, value: this.#value(kind, complex, shape, count, depth) }
  }

  #value(
    kind: number,
    complex: boolean,
    shape: readonly number[],
    count: number,
    depth: number,
  ): PickleValue {
    if (kind === cellClass) return this.#cells(count, depth)
    if (kind === structClass || kind === objectClass) return this.#structure(kind, count, depth)
    if (kind === charClass) return this.#text(shape, count)
    if (complex || kind === sparseClass || kind > 15) {
      return new PickledObject(unreadKind(kind, complex), this.#where)
    }
    const { type, bytes } = this.#element()
    const [number, width] = types[type] ?? []
    if (number === undefined || width === undefined || bytes.length !== count * width) {
      throw damaged(this.#where, 'an array has more or fewer numbers than its shape')
    }
    const array = new PickledArray()
    const element = { kind: number, bytes: width, littleEndian: this.#littleEndian }
    const where = this.#where
    array.describe(shape, () => ({
      kind: 'stored',
      array: new StoredArray(element, shape, new MemoryBytes(bytes), 'F', where),
    }))
    return array
  }

  /** Each cell is an array. */
  #cells(count: number, depth: number): PickleValue[] {
    // Each takes at least eight bytes.
    if (8 * count > this.#bytes.length) throw damaged(this.#where, 'more cells than bytes')
    return Array.from({ length: count }, () => this.#inner(depth))
  }

  #structure(kind: number, count: number, depth: number): PickleValue {
    if (kind === objectClass) this.#element()
    const width = this.#word(this.#element().bytes, 0)
    const names = this.#element().bytes
    const fields = Array.from(
      { length: width > 0 ? Math.floor(names.length / width) : 0 },
      (_, at) =>
        (names.toString('latin1', at * width, (at + 1) * width).split('\0', 1)[0] ?? '').trim(),
    )
    if (8 * count * fields.length > this.#bytes.length) {
      throw damaged(this.#where, 'more fields than bytes')
    }
    const records = Array.from(
      { length: fields.length === 0 ? 0 : count },
      () => new Map<PickleValue, PickleValue>(fields.map((field) => [field, this.#inner(depth)])),
    )
    const [only] = records
    return records.length === 1 && only !== undefined ? only : records
  }

  #inner(depth: number): PickleValue {
    const { type, bytes } = this.#element()
    if (type !== matrix) throw damaged(this.#where, 'what is in an array is none')
    if (bytes.length === 0) return []
    return new MatrixReader(bytes, this.#littleEndian, this.#where).read(depth + 1).value
  }

  /** Characters are stored column by column; each row is a text. */
  #text(shape: readonly number[], count: number): PickleValue {
    const { type, bytes } = this.#element()
    // Any number of rows may claim to be empty.
    if (count === 0) return ''
    const characters = this.#characters(type, bytes)
    const [rows = 0] = shape
    if (characters.length < count) throw damaged(this.#where, 'a text is not whole')
    if (rows <= 1) return characters.join('')
    const length = count / rows
    return Array.from({ length: rows }, (_, row) =>
      Array.from({ length }, (_, column) => characters[column * rows + row])
        .join('')
        .trimEnd(),
    )
  }

  #characters(type: number, bytes: Buffer): readonly string[] {
    if (type === 4 || type === 17) {
      const raw = Buffer.from(bytes)
      if (!this.#littleEndian) raw.swap16()
      return raw.toString('utf16le').split('')
    }
    return type === 16 ? [...bytes.toString('utf8')] : bytes.toString('latin1').split('')
  }

  /** The next element; a short one shares eight bytes with its type. */
  #element(): { readonly type: number; readonly bytes: Buffer } {
    if (this.#at + 8 > this.#bytes.length) throw damaged(this.#where, 'an array ends too early')
    const first = this.#word(this.#bytes, this.#at)
    if (first >>> 16 !== 0) {
      const length = first >>> 16
      if (length > 4) throw damaged(this.#where, 'a short element is too long')
      const start = this.#at + 4
      this.#at += 8
      return { type: first & 0xffff, bytes: this.#bytes.subarray(start, start + length) }
    }
    const length = this.#word(this.#bytes, this.#at + 4)
    const start = this.#at + 8
    if (start + length > this.#bytes.length) throw damaged(this.#where, 'an array ends too early')
    this.#at = Math.min(this.#bytes.length, start + 8 * Math.ceil(length / 8))
    return { type: first, bytes: this.#bytes.subarray(start, start + length) }
  }

  #word(bytes: Buffer, at: number): number {
    if (at + 4 > bytes.length) throw damaged(this.#where, 'an array ends too early')
    return word(bytes, at, this.#littleEndian)
  }
}
