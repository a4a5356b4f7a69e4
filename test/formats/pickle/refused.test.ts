/** Pickles that are refused: foreign calls, damage, and more than size and limits allow. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PickledNumbers, RawInstructions, writePickle } from '../../support/data/pickle-writer.js'
import { failure, plain, program, protocols, read } from './reading.js'

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

  it('is not a pickle', () => {
    expect(failure(Buffer.from('hello'))).toContain('byte 0: is not a pickle')
    expect(failure(Buffer.alloc(0))).toContain('is not a pickle')
    expect(failure(Buffer.from([0x80, 9, 0x4e, 0x2e]))).toContain('protocol 9')
  })

  it('says where any shortened file ends', () => {
    const whole = readFileSync(join(import.meta.dirname, '../fixtures/numpy2-protocol3.pkl'))
    for (let length = 2; length < whole.length; length += 7) {
      expect(failure(whole.subarray(0, length))).toMatch(
        /\.pkl, byte \d+: the pickle ends too early/,
      )
    }
    const framed = readFileSync(join(import.meta.dirname, '../fixtures/numpy2-protocol4.pkl'))
    expect(failure(framed.subarray(0, 900))).toContain('cut short')
  })

  it('never fails but with a clear error, whatever bytes are changed', () => {
    const whole = readFileSync(join(import.meta.dirname, '../fixtures/numpy1-protocol2.pkl'))
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
