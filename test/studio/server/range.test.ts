/** The Range header, as RFC 9110 (section 14) reads it. */
import { expect, test } from 'vitest'
import { readRange } from '../../../src/studio/server/http/range.js'

test.each([
  [undefined, 10, undefined],
  ['bytes=0-3', 10, { first: 0, last: 3 }],
  ['bytes=4-', 10, { first: 4, last: 9 }],
  ['bytes=-3', 10, { first: 7, last: 9 }],
  ['bytes=-30', 10, { first: 0, last: 9 }],
  ['bytes=8-30', 10, { first: 8, last: 9 }],
  ['bytes=10-', 10, 'none'],
  ['bytes=10-12', 10, 'none'],
  ['bytes=999999999999999-', 10, 'none'],
  ['bytes=-0', 10, 'none'],
  ['bytes=0-0', 0, 'none'],
  ['bytes=-5', 0, 'none'],
  // Nonsense, other units and several ranges are the whole file.
  ['bytes=5-2', 10, undefined],
  ['bytes=-', 10, undefined],
  ['bytes=0-1,3-4', 10, undefined],
  ['bytes=-1-2', 10, undefined],
  ['bytes=1e1-', 10, undefined],
  ['bytes=99999999999999999999-', 10, undefined],
  ['lines=0-3', 10, undefined],
  ['', 10, undefined],
])('%s of %i bytes', (header, size, expected) => {
  expect(readRange(header, size)).toEqual(expected)
})
