import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dottedName, FileNames, slug } from '../../src/base/slug.js'

test.each([
  ['CMU-MOSI (aligned)', 'cmu-mosi-aligned'],
  ['../../etc/passwd', 'etc-passwd'],
  ['日本', 'unnamed'],
  ['', 'unnamed'],
  ['CON', 'con-'],
  ['nul', 'nul-'],
  ['console', 'console'],
])('%s as a part of a path', (name, expected) => {
  expect(slug(name)).toBe(expected)
})

test('whatever a name is, its part of a path is short, plain and none that a system keeps', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const part = slug(name)
      expect(part).toMatch(/^[a-z0-9][a-z0-9-]{0,60}$/)
      expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/)
    }),
  ))

test('a long name without a letter takes no time', () => {
  expect(slug('-'.repeat(200_000))).toBe('unnamed')
  expect(slug(`a${' -'.repeat(200_000)}b`)).toBe('a-b')
})

test.each([
  ['attention.text', 'attention.text'],
  ['late_fusion-2', 'late_fusion-2'],
  ['../../etc/passwd', 'etc-passwd'],
  ['..', 'unnamed'],
  ['Aux.v1', 'Aux-.v1'],
  ['ends.', 'ends'],
])('%s with its dots as a part of a path', (name, expected) => {
  expect(dottedName(name)).toBe(expected)
})

test('whatever a name is, with its dots it leads nowhere, is short and stays as it is', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const part = dottedName(name)
      expect(part).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,60}$/)
      expect(part).not.toMatch(/\.\.|\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
      expect(dottedName(part)).toBe(part)
    }),
  ))

test.each([
  ['that differ in signs', 'clip/1', 'clip\\1'],
  ['that differ in capitals', 'Clip', 'clip'],
  ['that differ in how letters are composed', 'caf\u00e9', 'cafe\u0301'],
  ['whose capitals are one', 'stra\u00dfe', 'STRASSE'],
  ['that are longer than a name may be', `${'x'.repeat(5000)}1`, `${'x'.repeat(5000)}2`],
  ['without a letter', '...', '???'],
  ['of which one is a device', 'CON', 'con'],
  ['that are the same', 'clip', 'clip'],
])('ids %s name two files', (_, one, other) => {
  const names = new FileNames()
  const [first, second] = [names.take('lanes', one), names.take('lanes', other)]
  expect(second).not.toBe(first)
  expect(second).toBe(`${first}-2`)
})

test('names of files are told apart by every system, whatever ids they come from', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          fc.string({ unit: fc.constantFrom('a', 'A', '-', '2', '\u017f', 's', '\u212a', 'k') }),
        ),
        { maxLength: 20 },
      ),
      (ids) => {
        const names = new FileNames()
        const given = ids.map((id) => names.take(id))
        const folded = given.map((name) => name.normalize('NFKD').toUpperCase().toLowerCase())
        expect(new Set(folded).size).toBe(ids.length)
        for (const name of given) {
          expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}-]*$/u)
          expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)$/i)
          expect(Buffer.byteLength(name)).toBeLessThan(120)
        }
      },
    ),
  ))

test('an id in letters of another script keeps them', () => {
  expect(new FileNames().take('lanes', '\u65e5\u672c 1')).toBe('lanes-\u65e5\u672c-1')
})
