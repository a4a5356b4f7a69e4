import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import {
  openPickle,
  PickledArray,
  PickledObject,
  type PickleValue,
  StoredBytes,
} from '../../src/formats/pickle/index.js'
import { temporaryFolder } from '../support/folders.js'
import {
  type Picklable,
  PickledNumbers,
  RawInstructions,
  writePickle,
} from '../support/pickle-writer.js'

const folder = temporaryFolder()
const protocols = [2, 3, 4, 5] as const
let files = 0

function read<Value>(content: Uint8Array, use: (root: PickleValue) => Value): Value {
  const path = join(folder, `${files++}.pkl`)
  writeFileSync(path, content)
  const pickle = openPickle(path)
  try {
    return use(pickle.root)
  } finally {
    pickle.close()
  }
}

/** Arrays by their shape and elements, maps and sets by their entries. */
function plain(value: PickleValue | undefined): unknown {
  if (value instanceof PickledArray) {
    const { content } = value
    if (content?.kind !== 'stored') return { shape: value.shape, items: content?.items }
    const { array } = content
    const elements = array.isText ? array.toTexts() : [...array.toNumbers()]
    return { type: array.type.kind, shape: array.shape, elements }
  }
  if (value instanceof StoredBytes) {
    const bytes = new Uint8Array(value.source.length)
    value.source.read(0, bytes)
    return [...bytes]
  }
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, plain(item)]))
  return value
}

/** What is said of a pickle, all of whose arrays are looked into. */
const failure = (content: Uint8Array): string => {
  try {
    read(content, plain)
  } catch (error) {
    if (error instanceof LimbicError) return error.message
    throw error
  }
  return 'no error'
}

/** A pickle of protocol 4 of these instructions. */
const program = (parts: readonly (string | number)[]) =>
  Buffer.concat([
    Buffer.from([0x80, 4]),
    ...parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
    Buffer.from('.'),
  ])

describe('pickles that Python wrote', () => {
  const versions = ['numpy1', 'numpy2'].flatMap((version) =>
    protocols.map((protocol) => [version, protocol] as const),
  )
  it.each(versions)('%s, protocol %i', (version, protocol) => {
    const name = `fixtures/${version}-protocol${protocol}.pkl`
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

describe('pickles refused', () => {
  const name = (module: string, attribute: string) =>
    new RawInstructions(Buffer.from(`c${module}\n${attribute}\n`))

  it.each([
    ['os', 'system'],
    ['builtins', 'eval'],
    ['posix', 'system'],
    ['__builtin__', 'execfile'],
    ['subprocess', 'Popen'],
  ])('names %s.%s and its byte', (module, attribute) => {
    const message = failure(writePickle([1, name(module, attribute)], 3))
    expect(message).toContain(`${module}.${attribute}`)
    expect(message).toMatch(/\.pkl, byte 9: /)
  })

  it('names what STACK_GLOBAL asks for', () => {
    const text = (content: string) => [0x8c, content.length, content]
    const content = program([...text('os'), ...text('system'), 0x93, ...text('echo'), 0x85, 'R'])
    expect(failure(content)).toMatch(/byte 14: .*os\.system/)
  })

  it.each([
    ['INST', [0x28, 'ios\nsystem\n'], 'os.system'],
    ['OBJ', [0x28, 'o'], 'no function'],
    ['NEWOBJ', [')', ')', 0x81], 'no function'],
    ['REDUCE of a list', [']', ')', 'R'], 'no function'],
    ['BUILD of a list', [']', ')', 'b'], 'does not describe'],
    ['a missing value', ['0'], 'no value|where there is none'],
    ['a missing mark', ['t'], 'never opened'],
    ['a missing memo', ['h', 7], 'never made'],
    ['a byte that is no instruction', [0xff], '0xff'],
    ['a value taken across a mark', ['N', '(', 'a'], 'where there is none'],
  ] as const)('%s', (_, parts, expected) => {
    expect(failure(program(parts))).toMatch(new RegExp(expected))
  })

  it('is no pickle', () => {
    expect(failure(Buffer.from('hello'))).toContain('byte 0: is no pickle')
    expect(failure(Buffer.alloc(0))).toContain('is no pickle')
    expect(failure(Buffer.from([0x80, 9, 0x4e, 0x2e]))).toContain('protocol 9')
  })

  it('says where any shortened file ends', () => {
    const whole = readFileSync(join(import.meta.dirname, 'fixtures/numpy2-protocol3.pkl'))
    for (let length = 2; length < whole.length; length += 7) {
      expect(failure(whole.subarray(0, length))).toMatch(
        /\.pkl, byte \d+: the pickle ends too early/,
      )
    }
    const framed = readFileSync(join(import.meta.dirname, 'fixtures/numpy2-protocol4.pkl'))
    expect(failure(framed.subarray(0, 900))).toContain('cut short')
  })

  it('never fails but with a clear error, whatever bytes are changed', () => {
    const whole = readFileSync(join(import.meta.dirname, 'fixtures/numpy1-protocol2.pkl'))
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        const damaged = Buffer.from(whole)
        for (const [at, byte] of changes) damaged[at] = byte
        expect(failure(damaged)).toMatch(/no error|\.pkl, byte \d+: /)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses an array whose bytes do not fit its shape', () => {
    const array = new PickledNumbers('<f4', [3, 5], new Uint8Array(56))
    for (const protocol of protocols) {
      expect(failure(writePickle(array, protocol))).toContain('expected 60 bytes')
    }
  })

  it('refuses types that are no numbers or text', () => {
    expect(failure(writePickle(new PickledNumbers('<c8', [1], new Uint8Array(8))))).toContain(
      '"c8"',
    )
    expect(failure(writePickle(new PickledNumbers('<M8', [1], new Uint8Array(8))))).toContain(
      '"M8"',
    )
  })
})

describe('a pickle takes no more than its size and the limit allow', () => {
  afterEach(() => vi.unstubAllEnvs())

  const prologue = Buffer.from([0x80, 4])
  const raw = (...parts: (string | Buffer)[]) =>
    Buffer.concat([prologue, ...parts.map((part) => Buffer.from(part as string, 'latin1'))])
  /** `make` under a name, called again and again with what is remembered as 0. */
  const calls = (module: string, name: string, count: number) =>
    `c${module}\n${name}\nq\x01${'h\x01h\x00\x85R0'.repeat(count)}`

  it.each([
    ['list', ']q\0(', 'e'],
    ['tuple', ']q\0(', 'e'],
    ['set', ']q\0(', 'e'],
    ['frozenset', '\x8fq\0(', '\x90'],
  ])('copies of copies are refused (%s)', (name, open, close) => {
    const items = Array.from(
      { length: 30_000 },
      (_, at) => `M${String.fromCharCode(at & 255, at >> 8)}`,
    )
    const content = raw(open, items.join(''), close, calls('builtins', name, 100), 'N.')
    expect(failure(content)).toMatch(/byte \d+: the pickle copies its values again and again/)
  })

  it('a text that is encoded again and again is refused', () => {
    const text = Buffer.from('x'.repeat(60_000))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    const encode = `c_codecs\nencode\nq\x01${'h\x01h\0X\x06\0\0\0latin1\x86R0'.repeat(100)}`
    expect(failure(raw('X', length, text, 'q\0', encode, 'N.'))).toMatch(/copies its values again/)
  })

  it('a list that is copied once is read', () => {
    const content = raw(`cbuiltins\nset\n](${'K\x01'.repeat(1000)}e\x85R.`)
    expect(read(content, plain)).toEqual(new Set([1]))
  })

  it.each([
    ['lists', ']'],
    ['dictionaries', '}'],
    ['sets', '\x8f'],
    ['tuples', ')'],
    ['marks', '('],
    ['tuples in tuples', ')\x85\x85\x85'],
    ['remembered values', 'N\x94'],
    ['numbers', 'G\0\0\0\0\0\0\0\0'],
    ['short texts', '\x8c\0'],
    ['arrays', 'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\x85R'],
  ])('chains of %s are refused at the limit, which is told', (_, instruction) => {
    vi.stubEnv('LIMBIC_LIMIT_MEMORY', '1M')
    expect(failure(raw(instruction.repeat(200_000), '.'))).toMatch(
      /byte \d+: the values of the pickle take too much memory: expected at most 1 MiB\. .*LIMBIC_LIMIT_MEMORY=4M/,
    )
  })

  it('what is over the limit is read where the limit is raised', () => {
    const content = raw(`](${'}'.repeat(20_000)}e.`)
    vi.stubEnv('LIMBIC_LIMIT_MEMORY', '1M')
    expect(failure(content)).toMatch(/too much memory/)
    vi.stubEnv('LIMBIC_LIMIT_MEMORY', '16M')
    expect(read(content, (root) => Array.isArray(root) && root.length)).toBe(20_000)
  })

  it('a limit that is no size is refused', () => {
    vi.stubEnv('LIMBIC_LIMIT_MEMORY', 'lots')
    expect(failure(raw('N.'))).toMatch(/LIMBIC_LIMIT_MEMORY: invalid limit: .*got "lots"/)
  })

  it('what is remembered under any number is found again', () => {
    // 7 is scattered, 0 and 1 in turn; then the next in turn counts both.
    const content = raw('](K\x07q\x07K\x00q\x00K\x01q\x01K\x03\x94h\x07h\x00h\x01h\x03e.')
    expect(read(content, plain)).toEqual([7, 0, 1, 3, 7, 0, 1, 3])
  })

  it('an array of more axes than NumPy has is refused', () => {
    const shape = `(${'K\x01'.repeat(65)}t`
    const array = 'cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n\x85R'
    const state = `(K\x01${shape}cnumpy\ndtype\n\x8c\x02u1\x85R\x89C\x01at`
    expect(failure(raw(array, state, 'b.'))).toMatch(/does not describe a NumPy array/)
  })
})
