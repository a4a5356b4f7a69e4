import { expect, test } from 'vitest'
import { calibrationOf } from '../../../src/studio/server/runs/calibration.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { sentiment } from '../../../src/task/sentiment.js'
import { singleLabel } from '../../../src/task/single-label.js'

const logit = (share: number) => Math.log(share / (1 - share))

test('a class is an answer of its own probability; a number has none', () => {
  const task = singleLabel({ classNames: ['happy', 'sad'] })
  const lines = [
    { id: 'a', prediction: [logit(0.8), 0], truth: [0] },
    { id: 'b', prediction: [0, logit(0.7)], truth: [0] },
  ]
  const found = calibrationOf(task, lines)
  expect(found?.count).toBe(2)
  expect(found?.error).toBeCloseTo((0.2 + 0.7) / 2, 6)
  expect(calibrationOf(sentiment({ loss: 'l1' }), lines)).toBeUndefined()
  expect(calibrationOf(task, [])).toBeUndefined()
})

test('each label is an answer that it is there', () => {
  const task = multiLabel({ labelNames: ['happy', 'sad'] })
  const lines = [{ id: 'a', prediction: [logit(0.9), logit(0.25)], truth: [1, 0] }]
  const found = calibrationOf(task, lines)
  expect(found?.count).toBe(2)
  expect(found?.error).toBeCloseTo((0.1 + 0.25) / 2, 6)
})
