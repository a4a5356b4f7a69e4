/** Pickles that Python or a program wrote are read; objects that are no data keep their names. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  openPickle,
  PickledArray,
  PickledObject,
  type PickleValue,
} from '../../../src/formats/pickle/index.js'
import { type Picklable, PickledNumbers, writePickle } from '../../support/data/pickle-writer.js'
import { folder, plain, program, protocols, read } from './reading.js'

describe('pickles that Python wrote', () => {
  const versions = ['numpy1', 'numpy2'].flatMap((version) =>
    protocols.map((protocol) => [version, protocol] as const),
  )
  it.each(versions)('%s, protocol %i', (version, protocol) => {
    const name = `../fixtures/${version}-protocol${protocol}.pkl`
    read(readFileSync(join(import.meta.dirname, name)), (root) => {
      if (!(root instanceof Map)) throw new Error('no dictionary')
      const list = [1, -1, 300, 70000, -70000, 2n ** 70n, -(2n ** 70n), 1.25, null, true, false]
      const counted = Array.from({ length: 24 }, (_, index) => index)
      expect(plain(root)).toEqual(
        new Map<string, unknown>([
          ['float32', { type: 'float32', shape: [2, 3], elements: [0, 0.5, 1, 1.5, 2, 2.5] }],
          ['float64_big', { type: 'float64', shape: [1, 2], elements: [1.5, -2.5] }],
          ['fortran', { type: 'float32', shape: [2, 3, 4], elements: counted }],
          ['int64', { type: 'int64', shape: [3], elements: [1, -2, 2 ** 40] }],
          ['uint8', { type: 'uint8', shape: [3], elements: [0, 128, 255] }],
          ['bool', { type: 'bool', shape: [2], elements: [1, 0] }],
          ['int16_big', { type: 'int16', shape: [2], elements: [-300, 5] }],
          ['half', { type: 'float16', shape: [4], elements: [0.5, -2, 65504, 2 ** -24] }],
          ['text', { type: 'utf32', shape: [2], elements: ['ab', 'çé🙂'] }],
          ['ascii', { type: 'bytes', shape: [2], elements: ['xy', 'z'] }],
          ['objects', { shape: [3], items: ['x', null, 'y'] }],
          ['empty', { type: 'float64', shape: [0, 2], elements: [] }],
          ['scalar', 1.5],
          ['integer', 3],
          ['large', 2n ** 60n],
          ['flag', true],
          ['word', 'hey'],
          ['list', list],
          ['tuple', [1, [2, 3], [1, 2, 3, 4], []]],
          ['set', new Set([1])],
          ['frozen', new Set([2])],
          ['bytes', [0, 255]],
          ['bytearray', [0x71, 0xe9]],
          [
            'ordered',
            new Map([
              ['a', 1],
              ['b', 2],
            ]),
          ],
          ['default', new Map([['k', [1]]])],
          ['text_é', 'naïve 🙂'],
          ['shared', list],
        ]),
      )
      expect(root.get('shared')).toBe(root.get('list'))
    })
  })
})

describe('pickles read back', () => {
  const value: fc.Arbitrary<Picklable> = fc.letrec<{ value: Picklable }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ maxLength: 3000 }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .dictionary(fc.string(), tie('value'), { maxKeys: 4 })
        .map((o) => new Map(Object.entries(o))),
    ),
  })).value

  it('gives the same values for any content and protocol', () => {
    fc.assert(
      fc.property(value, fc.constantFrom(...protocols), (content, protocol) => {
        const expected = JSON.stringify(plain(content as PickleValue), shown)
        expect(
          read(writePickle(content, protocol), (root) => JSON.stringify(plain(root), shown)),
        ).toBe(expected)
      }),
      { numRuns: 150 },
    )
  })

  const shown = (_: string, item: unknown) =>
    item instanceof Map ? [...item] : Object.is(item, -0) ? '-0' : item

  it('reads any part of an array, also where protocol 2 wrote it as text', () => {
    const random = Uint8Array.from(
      { length: 200_000 },
      (_, index) => (index * index * 31 + index) >> 3,
    )
    for (const protocol of protocols) {
      read(writePickle(new PickledNumbers('|u1', [200_000], random), protocol), (root) => {
        if (!(root instanceof PickledArray) || root.content?.kind !== 'stored')
          throw new Error('no array')
        const { array } = root.content
        const range = fc.tuple(fc.nat(199_999), fc.nat(70_000))
        fc.assert(
          fc.property(range, ([start, wished]) => {
            const count = Math.min(wished, 200_000 - start)
            const part = new Float32Array(count + 1)
            array.readNumbers(start, count, part, 1)
            const differs = part.findIndex(
              (value, at) => at > 0 && value !== random[start + at - 1],
            )
            expect(differs).toBe(-1)
          }),
          { numRuns: 30 },
        )
      })
    }
  })

  it('reads beyond 4 GiB by offset', () => {
    const path = join(folder, 'large.pkl')
    const megabyte = 2 ** 20
    const count = 5 * 1024 * megabyte
    const array = writePickle(new PickledNumbers('|u1', [0], new Uint8Array(0)), 4)
    // The empty array's shape and bytes are replaced by those of 5 x 1024 x 2^20 elements.
    const shapeAt = array.lastIndexOf(Buffer.from([0x28, 0x4a, 0, 0, 0, 0, 0x74]))
    const bytesAt = array.indexOf(Buffer.from([0x42, 0, 0, 0, 0]))
    const extent = (number: number) =>
      Buffer.from([0x4a, ...new Uint8Array(Int32Array.of(number).buffer)])
    const length = Buffer.alloc(9, 0x8e)
    length.writeBigUInt64LE(BigInt(count), 1)
    const head = Buffer.concat([
      array.subarray(0, shapeAt + 1),
      extent(5 * 1024),
      extent(megabyte),
      array.subarray(shapeAt + 6, bytesAt),
      length,
    ])
    const descriptor = openSync(path, 'w')
    writeSync(descriptor, head)
    writeSync(descriptor, Buffer.from([42]), 0, 1, head.length + count - 1)
    writeSync(descriptor, array.subarray(bytesAt + 5), 0, undefined, head.length + count)
    closeSync(descriptor)
    const pickle = openPickle(path)
    try {
      const { root } = pickle
      if (!(root instanceof PickledArray) || root.content?.kind !== 'stored')
        throw new Error('no array')
      expect(root.shape).toEqual([5 * 1024, megabyte])
      const last = new Float32Array(2)
      root.content.array.readNumbers(count - 2, 2, last, 0)
      expect([...last]).toEqual([0, 42])
    } finally {
      pickle.close()
    }
  })
})

describe('objects that are no data', () => {
  const objects: readonly (readonly [
    what: string,
    instructions: readonly (string | number)[],
    name: string,
  ])[] = [
    ['a call of a function', ['cnumpy\nload\n', ')', 'R'], 'numpy.load'],
    [
      'a data frame',
      ['cpandas.core.frame\nDataFrame\n', ')', 0x81, '}', 'b'],
      'pandas.core.frame.DataFrame',
    ],
    ['an object with arguments by name', ['cmine\nThing\n', ')', '}', 0x92], 'mine.Thing'],
    [
      'a class that is called like what objects have',
      ['c__proto__\nconstructor\n', ')', 'R'],
      '__proto__.constructor',
    ],
    ['INST', ['(', 'imine\nThing\n'], 'mine.Thing'],
    ['OBJ', ['(', 'cmine\nThing\n', 'o'], 'mine.Thing'],
    ['NEXT_BUFFER', [0x97], 'a buffer kept outside of the file'],
    ['EXT1', [0x82, 1], 'the registered extension 1'],
    ['PERSID', ['P1\n'], 'an object kept outside of the pickle'],
    ['a list of a class of its own', ['cmine\nList\n', ')', 0x81, '(', 'K', 1, 'e'], 'mine.List'],
    [
      'a dictionary of a class of its own',
      ['cmine\nMap\n', ')', 0x81, '(', 'K', 1, 'N', 'u'],
      'mine.Map',
    ],
  ]
  it.each(objects)('%s: only its name and place are kept', (_, instructions, name) => {
    read(program(instructions), (root) => {
      if (!(root instanceof PickledObject)) throw new Error('no object')
      expect(root.name).toBe(name)
      expect(root.where).toMatch(/\.pkl, byte \d+$/)
    })
  })

  it('what is beside them is read', () => {
    const content = program(['}', '(', 'K', 1, 'cmine\nThing\n', ')', 'R', 'K', 2, 'K', 3, 'u'])
    expect(read(content, (root) => root instanceof Map && root.get(2))).toBe(3)
  })

  it('an array that nobody uses cannot fail', () => {
    const damaged = new PickledNumbers('<f4', [3, 5], new Uint8Array(56))
    const content = writePickle(
      new Map<string, Picklable>([
        ['unused', damaged],
        ['used', 1],
      ]),
    )
    expect(read(content, (root) => root instanceof Map && root.get('used'))).toBe(1)
  })
})
