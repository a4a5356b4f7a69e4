import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wrap } from '../../src/base/text/wrap.js'

it('wraps between words, and leaves a word that is too long whole', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('an extraordinary word', 5)).toEqual(['an', 'extraordinary', 'word'])
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
      fc.integer({ min: 12, max: 40 }),
      (words, width) => {
        const lines = wrap(words.join(' '), width)
        expect(lines.join(' ')).toBe(words.join(' '))
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      },
    ),
  )
})
