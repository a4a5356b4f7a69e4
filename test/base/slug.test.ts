import fc from 'fast-check'
import { expect, test } from 'vitest'
import { slug } from '../../src/base/slug.js'

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
