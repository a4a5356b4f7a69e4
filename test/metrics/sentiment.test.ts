import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentimentClass, sentimentMetrics } from '../../src/metrics/index.js'

const sentiment = fc.double({ min: -4, max: 4, noNaN: true })
const pairs = fc.array(fc.tuple(sentiment, sentiment), { minLength: 2, maxLength: 40 })

describe('sentiment metrics', () => {
  it('equals what a hand computes', () => {
    // Halves go to the even class: 0.5 and -0.5 to 0, 1.5 and 2.5 to 2; 4 is clipped.
    const found = sentimentMetrics([0.5, 1.5, -0.5, 4, -2], [0, 2.5, -1, 3, 0])
    expect(found.mae).toBeCloseTo((0.5 + 1 + 0.5 + 1 + 2) / 5, 12)
    expect(found.accuracy7).toBeCloseTo(3 / 5, 12)
    expect(found.accuracy5).toBeCloseTo(3 / 5, 12)
    // >= 0: predicted + + - + -, true + + - + +.
    expect(found.accuracy2ZerosPositive).toBeCloseTo(4 / 5, 12)
    expect(found.f1ZerosPositive).toBeCloseTo((3 * (6 / 7) + 2 * (2 / 3)) / 5, 12)
    // > 0: predicted + + - + -, true - + - + -.
    expect(found.accuracy2ZerosNegative).toBeCloseTo(4 / 5, 12)
    expect(found.f1ZerosNegative).toBeCloseTo((3 * (4 / 5) + 2 * (4 / 5)) / 5, 12)
    // Without the two zeros all are right.
    expect(found.accuracy2ZerosExcluded).toBe(1)
    expect(found.f1ZerosExcluded).toBe(1)
  })

  it('weights F1 by predictions, as published, or by truths', () => {
    // One of three predicted + is right, and both predicted - of four true ones.
    const [predictions, truths] = [
      [1, 1, 1, -1, -1],
      [1, -1, -1, -1, -1],
    ]
    const positive = (2 * 1) / (3 + 1)
    const negative = (2 * 2) / (2 + 4)
    expect(sentimentMetrics(predictions, truths).f1ZerosNegative).toBeCloseTo(
      (3 * positive + 2 * negative) / 5,
      12,
    )
    expect(sentimentMetrics(predictions, truths, 'truths').f1ZerosNegative).toBeCloseTo(
      (1 * positive + 4 * negative) / 5,
      12,
    )
  })

  it('is perfect on the truth and undefined where it must be', () => {
    const perfect = sentimentMetrics([-1, 2, 0], [-1, 2, 0])
    expect(Object.values(perfect)).toEqual([0, ...Array(9).fill(expect.closeTo(1, 12))])
    const constant = sentimentMetrics(Float32Array.of(0.1, 0.1, 0.1), [0, 0, -0])
    expect(constant.correlation).toBeNaN()
    expect(constant.accuracy2ZerosExcluded).toBeNaN()
    expect(constant.f1ZerosExcluded).toBeNaN()
    expect(constant.accuracy7).toBe(1)
  })

  it('stays within its bounds and ignores the order of samples', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const found = sentimentMetrics(
          rows.map(([prediction]) => prediction),
          rows.map(([, truth]) => truth),
        )
        const { mae, correlation, ...shares } = found
        expect(mae).toBeGreaterThanOrEqual(0)
        if (!Number.isNaN(correlation)) expect(Math.abs(correlation)).toBeLessThanOrEqual(1)
        for (const share of Object.values(shares)) {
          if (Number.isNaN(share)) continue
          expect(share).toBeGreaterThanOrEqual(0)
          expect(share).toBeLessThanOrEqual(1)
        }
        const turned = [...rows].reverse()
        const again = sentimentMetrics(
          turned.map(([prediction]) => prediction),
          turned.map(([, truth]) => truth),
        )
        expect(again.accuracy7).toBe(found.accuracy7)
        expect(again.f1ZerosNegative).toBe(found.f1ZerosNegative)
        expect(again.mae).toBeCloseTo(mae, 12)
      }),
    )
  })

  it('sorts sentiment into seven classes', () => {
    expect([-9, -3, -2.5, -1.5, -0.5, 0.5, 0.51, 1, 2.5, 9].map(sentimentClass)).toEqual([
      0, 0, 1, 1, 3, 3, 4, 4, 5, 6,
    ])
  })

  it('refuses what it cannot measure', () => {
    expect(() => sentimentMetrics([1], [1, 2])).toThrowError(/expected 2 predictions, got 1/)
    expect(() => sentimentMetrics([], [])).toThrowError(/nothing to measure/)
    expect(() => sentimentMetrics([1, Number.NaN], [1, 2])).toThrowError(
      /NaN at position 1.*diverged/,
    )
    expect(() => sentimentMetrics([1, 2], [1, Number.POSITIVE_INFINITY])).toThrowError(/truths/)
  })
})
