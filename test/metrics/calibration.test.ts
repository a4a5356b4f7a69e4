import { expect, test } from 'vitest'
import { calibration } from '../../src/metrics/calibration.js'

test('answers are grouped by confidence; the error weighs each group by its size', () => {
  const confidences = [0, 0.1, 0.11, 0.95, 0.9, 1]
  const isRight = [false, true, false, true, true, false]
  const { bins, error, count } = calibration(confidences, isRight, 10)
  expect(count).toBe(6)
  // Bins are open below: 0.1 belongs to the first, 0.9 to the ninth.
  expect(bins.map((bin) => bin.count)).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 1, 2])
  expect(bins[0]).toMatchObject({ from: 0, to: 0.1, confidence: 0.05, accuracy: 0.5 })
  expect(bins[2]).toMatchObject({ confidence: 0, accuracy: 0 })
  const expected = (2 * 0.45 + 1 * 0.11 + 1 * 0.1 + 2 * (0.975 - 0.5)) / 6
  expect(error).toBeCloseTo(expected, 12)
})

test('one who is always right when sure has no error', () => {
  const { error } = calibration([1, 1, 0.5, 0.5], [true, true, true, false], 4)
  expect(error).toBe(0)
})

test('no answers, or not a verdict for each, is a mistake', () => {
  expect(() => calibration([], [])).toThrow(/calibration cannot be measured/)
  expect(() => calibration([0.5], [])).toThrow(/1 confidences, 0 verdicts/)
})
