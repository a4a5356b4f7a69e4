import { describe, expect, it } from 'vitest'
import type { RunResults } from '../../src/learn/records.js'
import { underPresentNames, withPresentFigures } from '../../src/runs/files/older-figures.js'
import { sentiment } from '../../src/task/sentiment.js'

const results = (figures: Record<string, number>): RunResults => ({
  ...{ bestEpoch: 1, epochs: 1, seconds: 1, parameters: 1, stopped: 'epochs' },
  ...{ valid: figures, test: figures },
})
const task = () => sentiment({ loss: 'l1' })
const truths = [1, -1, -1, -1, -1]
const lines = [1, 1, 1, -1, -1].map((prediction, sample) => ({
  id: `${sample}`,
  prediction: [prediction],
  truth: [truths[sample] ?? 0],
}))

describe('the F1 of older runs', () => {
  it('is named for what it weighs by, and beside it stands the one by truths', () => {
    const { test } = withPresentFigures(
      results({ mae: 0.5, f1ZerosExcluded: 0.57 }),
      task,
      () => lines,
    )
    expect(test.f1ZerosExcludedByPredictions).toBe(0.57)
    expect(test.f1ZerosExcluded).toBeCloseTo((1 * (1 / 2) + 4 * (2 / 3)) / 5, 12)
    expect(test.mae).toBe(0.5)
  })

  it('is not told by truths where the predictions are lost', () => {
    const { valid } = withPresentFigures(
      results({ f1ZerosPositive: 0.6, f1ZerosExcluded: 0.57 }),
      task,
      () => [],
    )
    expect(valid).toEqual({ f1ZerosPositiveByPredictions: 0.6, f1ZerosExcludedByPredictions: 0.57 })
  })

  it('leaves the figures of other tasks and of present runs alone', () => {
    const present = results({ f1ZerosExcluded: 0.5, f1ZerosExcludedByPredictions: 0.57 })
    expect(withPresentFigures(present, task, () => lines)).toBe(present)
    const classes = { accuracy: 0.5, weightedF1: 0.4 }
    expect(underPresentNames(classes)).toBe(classes)
  })
})
