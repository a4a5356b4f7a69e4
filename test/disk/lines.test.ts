import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { linesOf } from '../../src/disk/lines.js'

afterEach(() => vi.unstubAllEnvs())

async function* pieces(...parts: (string | Uint8Array)[]) {
  yield* parts
}

async function linesIn(input: AsyncIterable<string | Uint8Array>): Promise<string[]> {
  const lines: string[] = []
  for await (const whole of linesOf(input, 'here')) lines.push(...whole)
  return lines
}

test('lines are cut at their ends, wherever the pieces are', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }).filter((line) => !/[\r\n]|^\ufeff/.test(line))),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      async (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const cut: Uint8Array[] = []
        for (let at = 0; at < bytes.length; ) {
          const size = Number(sizes.next().value)
          cut.push(bytes.subarray(at, at + size))
          at += size
        }
        expect(await linesIn(pieces(...cut))).toEqual(lines)
      },
    ),
  ))

test('the last line needs no end, and none is made of nothing', async () => {
  expect(await linesIn(pieces('a\nb'))).toEqual(['a', 'b'])
  expect(await linesIn(pieces('a\r\n', '\n'))).toEqual(['a', ''])
  expect(await linesIn(pieces())).toEqual([])
})

test('a byte order mark before the first line is left out', async () => {
  expect(await linesIn(pieces('\ufeffa\n\ufeffb'))).toEqual(['a', '\ufeffb'])
})

test.each(['utf16le', 'utf16be'] as const)('lines in %s are read by their mark', async (name) => {
  const bytes = Buffer.from('\ufeff\u{1f600}a\nb\r\nc', 'utf16le')
  if (name === 'utf16be') bytes.swap16()
  const cut = Array.from(bytes, (byte) => Uint8Array.of(byte))
  expect(await linesIn(pieces(...cut))).toEqual(['\u{1f600}a', 'b', 'c'])
})

test('lines come as soon as they are whole', async () => {
  const seen: string[] = []
  async function* talk() {
    yield 'a\nb'
    seen.push('asked for more')
    yield '\n'
  }
  for await (const lines of linesOf(talk(), 'here')) seen.push(...lines)
  expect(seen).toEqual(['a', 'asked for more', 'b'])
})

test('a line beyond the limit is refused before it has ended', async () => {
  vi.stubEnv('LIMBIC_LIMIT_LINE', '1K')
  async function* endless() {
    yield 'first\n'
    for (;;) yield '0'.repeat(100)
  }
  await expect(linesIn(endless())).rejects.toThrow(
    'here, line 2: the line is too long: expected at most 1 KiB, got more. To read it anyway, raise the limit with LIMBIC_LIMIT_LINE=4096',
  )
})
