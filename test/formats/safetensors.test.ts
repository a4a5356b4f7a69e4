import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  decodeSafetensors,
  encodeSafetensors,
  inspectSafetensors,
  readSafetensors,
  type StoredTensor,
  type StoredType,
  writeSafetensors,
} from '../../src/formats/safetensors/index.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'limbic-safetensors-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A file with any header, sound or not. */
function fileOf(header: unknown, data: ArrayLike<number> = []): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  )
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 3 })
const tensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(
    shapes,
    fc.constantFrom<StoredType>('float32', 'float64', 'int64', 'int32', 'bool', 'uint8'),
  )
  .chain(([shape, dtype]) => {
    const length = shape.reduce((product, size) => product * size, 1)
    const exactly = { minLength: length, maxLength: length }
    const data: Record<StoredType, fc.Arbitrary<StoredTensor['data']>> = {
      float32: fc.float32Array(exactly),
      float64: fc.float64Array(exactly),
      int64: fc.bigInt64Array(exactly),
      int32: fc.int32Array(exactly),
      uint8: fc.uint8Array(exactly),
      bool: fc.uint8Array({ ...exactly, max: 1 }),
    }
    return data[dtype].map((values) => ({ dtype, shape, data: values }))
  })
const names = fc.string({ unit: 'grapheme' }).filter((name) => !name.startsWith('__'))
const contents = fc
  .uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 6 })
  .map((entries) => new Map(entries))

describe('safetensors', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(contents, fc.dictionary(names, fc.string()), (tensors, metadata) => {
        const read = decodeSafetensors(encodeSafetensors(tensors, metadata), 'memory')
        expect({ ...read.metadata }).toEqual({ ...metadata })
        expect([...read.tensors].sort()).toEqual([...tensors].sort())
      }),
    )
  })

  it('gives the same bytes in whatever order tensors were put in', () => {
    fc.assert(
      fc.property(contents, (tensors) => {
        const reversed = new Map([...tensors].reverse())
        expect(encodeSafetensors(reversed, { b: '1', a: '2' })).toEqual(
          encodeSafetensors(tensors, { a: '2', b: '1' }),
        )
      }),
    )
  })

  it('goes through a file, whole', () => {
    const path = join(folder, 'deep', 'weights.safetensors')
    const tensors = new Map<string, StoredTensor>([
      ['a.weight', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -2, 0.5, NaN) }],
      ['steps', { dtype: 'int64', shape: [], data: BigInt64Array.of(-5n) }],
      ['empty', { dtype: 'bool', shape: [0, 3], data: new Uint8Array() }],
    ])
    writeSafetensors(path, tensors, { model: 'mmlatch' })
    expect(readSafetensors(path)).toEqual({ metadata: { model: 'mmlatch' }, tensors })
    expect(inspectSafetensors(path).tensors.map(({ name, shape }) => [name, shape])).toEqual([
      ['steps', []],
      ['a.weight', [2, 2]],
      ['empty', [0, 3]],
    ])
    // A Buffer's `slice` shares memory, at offsets that a Float32Array cannot start at.
    expect(decodeSafetensors(readFileSync(path), path).tensors).toEqual(tensors)
    expect(readdirSync(join(folder, 'deep'))).toEqual(['weights.safetensors'])
  })

  it('leaves the old file when a tensor is wrong', () => {
    const path = join(folder, 'kept.safetensors')
    const sound: StoredTensor = { dtype: 'uint8', shape: [1], data: Uint8Array.of(7) }
    writeSafetensors(path, new Map([['x', sound]]))
    expect(() => writeSafetensors(path, new Map([['x', { ...sound, shape: [2] }]]))).toThrowError(
      /kept\.safetensors, tensor "x": its numbers do not fit its shape: expected 2/,
    )
    expect(readSafetensors(path).tensors.get('x')).toEqual(sound)
  })

  it('writes what the reference implementation writes', () => {
    // Bytes of Python's safetensors 0.8 for these tensors, given in another order.
    const expected =
      '{"__metadata__":{"format":"pt"},' +
      '"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},' +
      '"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},' +
      '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]},' +
      '"b":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},' +
      '"j":{"dtype":"I32","shape":[1],"data_offsets":[28,32]},' +
      '"u":{"dtype":"U8","shape":[1],"data_offsets":[32,33]},' +
      '"t":{"dtype":"BOOL","shape":[2],"data_offsets":[33,35]}}'
    const bytes = encodeSafetensors(
      new Map<string, StoredTensor>([
        ['t', { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) }],
        ['b', { dtype: 'float32', shape: [1], data: Float32Array.of(3) }],
        ['u', { dtype: 'uint8', shape: [1], data: Uint8Array.of(9) }],
        ['j', { dtype: 'int32', shape: [1], data: Int32Array.of(8) }],
        ['d', { dtype: 'float64', shape: [1], data: Float64Array.of(4) }],
        ['i', { dtype: 'int64', shape: [1], data: BigInt64Array.of(5n) }],
        ['a', { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }],
      ]),
      { format: 'pt' },
    )
    const padded = Math.ceil(expected.length / 8) * 8
    expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(padded))
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + padded))).toBe(expected.padEnd(padded))
    expect(bytes.length).toBe(8 + padded + 35)
  })

  it('widens half precision to float32', () => {
    const halves = [0x3c00, 0xc100, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00, 0x3555]
    const header = {
      h: { dtype: 'F16', shape: [9], data_offsets: [0, 18] },
      b: { dtype: 'BF16', shape: [2], data_offsets: [18, 22] },
    }
    const data = new Uint8Array(Uint16Array.from([...halves, 0x3f80, 0xc2f7]).buffer)
    const { tensors } = decodeSafetensors(fileOf(header, data), 'memory')
    expect(tensors.get('h')).toEqual({
      dtype: 'float32',
      shape: [9],
      data: Float32Array.of(
        1,
        -2.5,
        65504,
        2 ** -24,
        -0,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
        0.333251953125,
      ),
    })
    expect(tensors.get('b')?.data).toEqual(Float32Array.of(1, -123.5))
  })
})

describe('malformed safetensors', () => {
  const entry = (dtype: string, shape: unknown, offsets: unknown) => ({
    dtype,
    shape,
    data_offsets: offsets,
  })
  const huge = new Uint8Array(16)
  huge.set([255, 255, 255, 255, 255, 255, 255, 127])

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /too short/],
    ['five bytes', new Uint8Array(5), /too short.*got 5/],
    ['an enormous header', huge, /length of the header.*expected at most 8 bytes/],
    ['a header cut off', fileOf({ a: 1 }).subarray(0, 12), /length of the header/],
    ['no JSON', fileOf('{"a": '), /not JSON/],
    ['broken UTF-8', fileOf('{"a":1}').map((byte) => (byte === 97 ? 0xff : byte)), /not JSON/],
    ['an array', fileOf('[1]'), /not a JSON object/],
    ['numbers in the metadata', fileOf({ __metadata__: { epoch: 3 } }), /__metadata__.*epoch/],
    ['no entry', fileOf({ w: 3 }), /tensor "w": its description/],
    ['a negative size', fileOf({ w: entry('F32', [-1], [0, 4]) }), /tensor "w".*shape\.0/],
    ['a fraction', fileOf({ w: entry('U8', [1.5], [0, 1]) }), /tensor "w".*shape\.0/],
    ['a key too many', fileOf({ w: { ...entry('U8', [0], [0, 0]), x: 1 } }), /tensor "w"/],
    ['an unknown type', fileOf({ w: entry('F8_E4M3', [0], [0, 0]) }), /F16.*got F8_E4M3/],
    ['a type of every object', fileOf({ w: entry('toString', [0], [0, 0]) }), /got toString/],
    ['a wrong size', fileOf({ w: entry('F32', [2], [0, 4]) }, [1, 2, 3, 4]), /expected 8 bytes/],
    ['offsets swapped', fileOf({ w: entry('U8', [1], [1, 0]) }, [1]), /expected 1 bytes/],
    ['the end missing', fileOf({ w: entry('F32', [1], [0, 4]) }, [1, 2]), /beyond the end/],
    ['bytes too many', fileOf({ w: entry('U8', [1], [0, 1]) }, [1, 2]), /belong to no tensor/],
    [
      'a gap',
      fileOf({ a: entry('U8', [1], [0, 1]), b: entry('U8', [1], [2, 3]) }, [1, 2, 3]),
      /tensor "b": there is a gap/,
    ],
    [
      'an overlap',
      fileOf({ a: entry('U8', [2], [0, 2]), b: entry('U8', [2], [1, 3]) }, [1, 2, 3]),
      /tensor "b": its bytes overlap/,
    ],
    [
      'a name twice',
      fileOf(
        '{"a\\"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a\\u0022b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        [1],
      ),
      /says "a"b" twice/,
    ],
    ['a boolean of 2', fileOf({ w: entry('BOOL', [2], [0, 2]) }, [1, 2]), /got 2 in item 1/],
  ])('is refused: %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, 'bad.safetensors')).toThrowError(message)
    expect(() => decodeSafetensors(bytes, 'bad.safetensors')).toThrowError(/^bad\.safetensors/)
    const path = join(folder, 'bad.safetensors')
    writeFileSync(path, bytes)
    expect(() => readSafetensors(path)).toThrowError(message)
  })

  it('never fails with anything but a LimbicError', () => {
    const sound = encodeSafetensors(
      new Map([['w', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }]]),
    )
    fc.assert(
      fc.property(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 255 }), (position, byte) => {
        const damaged = sound.slice()
        damaged[position] = byte
        try {
          decodeSafetensors(damaged, 'damaged')
        } catch (error) {
          expect(error).toHaveProperty('name', 'LimbicError')
        }
      }),
      { numRuns: 500 },
    )
  })

  it('says which file is missing', () => {
    expect(() => readSafetensors(join(folder, 'none.safetensors'))).toThrowError(
      /none\.safetensors: no such file/,
    )
    expect(() => readSafetensors(folder)).toThrowError(/folder/)
  })

  it.each<[string, StoredTensor, RegExp]>([
    ['type', { dtype: 'int32', shape: [1], data: Float32Array.of(1) }, /Int32Array.*Float32Array/],
    ['size', { dtype: 'uint8', shape: [0.5], data: Uint8Array.of(1) }, /whole number/],
    ['boolean', { dtype: 'bool', shape: [1], data: Uint8Array.of(2) }, /not a boolean/],
  ])('is not written: a wrong %s', (_, wrong, message) => {
    expect(() => encodeSafetensors(new Map([['w', wrong]]))).toThrowError(message)
  })

  it('keeps the name of the metadata to itself', () => {
    const tensors = new Map([
      ['__metadata__', { dtype: 'uint8', shape: [0], data: new Uint8Array() } as StoredTensor],
    ])
    expect(() => encodeSafetensors(tensors)).toThrowError(/cannot have this name/)
  })
})

const golden = resolve(
  process.env.LIMBIC_SHARED ?? resolve(import.meta.dirname, '../../../shared'),
  'golden',
)
const goldenFiles = (() => {
  try {
    return readdirSync(golden).filter((name) => name.endsWith('.safetensors'))
  } catch {
    return []
  }
})()

describe.skipIf(goldenFiles.length === 0)('reference files (skipped where absent)', () => {
  it.each(goldenFiles)('%s survives reading and writing', (name) => {
    const read = readSafetensors(join(golden, name))
    expect(read.tensors.size).toBeGreaterThan(0)
    const bytes = encodeSafetensors(read.tensors, read.metadata)
    const again = decodeSafetensors(bytes, name)
    expect([...again.tensors.keys()].sort()).toEqual([...read.tensors.keys()].sort())
    for (const [key, { dtype, shape, data }] of read.tensors) {
      const copy = again.tensors.get(key)
      expect(copy).toMatchObject({ dtype, shape })
      expect(Buffer.compare(viewOf(copy?.data), viewOf(data)), key).toBe(0)
    }
  })
})

function viewOf(data: StoredTensor['data'] | undefined): Buffer {
  return data ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.alloc(0)
}
