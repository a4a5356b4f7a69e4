import { expect, test } from 'vitest'
import { bytesText, fixed, largest, smallest } from '../../src/base/numbers.js'

test('a number that is written as 0 has no sign', () => {
  expect(fixed(-0.0001, 3)).toBe('0.000')
  expect(fixed(-0, 0)).toBe('0')
  expect(fixed(-0.0006, 3)).toBe('-0.001')
})

test('sizes are told in the unit that fits them', () => {
  expect([0, 1, 999, 1000, 4520, 999_960, 128e6, 3.2e9].map(bytesText)).toEqual([
    ...['0 bytes', '1 byte', '999 bytes', '1.0 kB', '4.5 kB', '1.0 MB', '128.0 MB', '3.2 GB'],
  ])
})

test('the ends of a list are found however long it is', () => {
  const many = Array.from({ length: 1_000_000 }, (_, at) => at)
  expect([smallest(many), largest(many)]).toEqual([0, 999_999])
  expect([smallest([], 3), largest([], 3)]).toEqual([3, 3])
  expect(largest([1, Number.NaN, 2])).toBeNaN()
})
