import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scaleOf, sentimentMetrics, sevenPointScale, unitScale } from '../../src/metrics/index.js'

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
    expect(found.f1ZerosPositive).toBeCloseTo((4 * (6 / 7) + 1 * (2 / 3)) / 5, 12)
    expect(found.f1ZerosPositiveByPredictions).toBeCloseTo((3 * (6 / 7) + 2 * (2 / 3)) / 5, 12)
    // > 0: predicted + + - + -, true - + - + -.
    expect(found.accuracy2ZerosNegative).toBeCloseTo(4 / 5, 12)
    expect(found.f1ZerosNegative).toBeCloseTo((2 * (4 / 5) + 3 * (4 / 5)) / 5, 12)
    // Without the two zeros all are right.
    expect(found.accuracy2ZerosExcluded).toBe(1)
    expect(found.f1ZerosExcluded).toBe(1)
  })

  it('weights F1 by truths, as scikit-learn does, and by predictions under a name that says so', () => {
    // One of three predicted + is right, and both predicted - of four true ones.
    const found = sentimentMetrics([1, 1, 1, -1, -1], [1, -1, -1, -1, -1])
    const positive = (2 * 1) / (3 + 1)
    const negative = (2 * 2) / (2 + 4)
    expect(found.f1ZerosNegative).toBeCloseTo((1 * positive + 4 * negative) / 5, 12)
    expect(found.f1ZerosNegativeByPredictions).toBeCloseTo((3 * positive + 2 * negative) / 5, 12)
  })

  it('counts the classes of CH-SIMS where sentiment is from -1 to 1, and no seven', () => {
    // Every end belongs to the class below it; float32 keeps 0.7 as 0.699999988.
    const truths = Float32Array.of(-1, -0.7, -0.6, -0.1, 0, 0.1, 0.2, 0.7, 0.8, 1)
    const classes = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    expect(Array.from(truths, unitScale.classOf)).toEqual(classes)
    // Predictions one class too high where there is one: right are only the two highest.
    const predictions = [-0.5, -0.5, 0, 0, 0.4, 0.4, 0.9, 0.9, 1.7, 1]
    const found = sentimentMetrics(predictions, truths, unitScale)
    expect(found.accuracy5).toBeCloseTo(2 / 10, 12)
    // Three classes: -, -, -, -, 0, 0, +, +, +, + against -, -, 0, 0, +, +, +, +, +, +.
    expect(found.accuracy3).toBeCloseTo(6 / 10, 12)
    // Above 0 against the rest: only the neutral 0 is taken for positive.
    expect(found.accuracy2ZerosNegative).toBeCloseTo(9 / 10, 12)
    expect(found).not.toHaveProperty('accuracy7')
    expect(sentimentMetrics(predictions, truths)).not.toHaveProperty('accuracy3')
  })

  it('tells the scale by the labels', () => {
    expect(scaleOf([[-1, 0.2], [1]])).toBe(unitScale)
    expect(scaleOf([[-1, 0.2], [1.2]])).toBe(sevenPointScale)
  })

  it('is perfect on the truth and undefined where it must be', () => {
    const perfect = sentimentMetrics([-1, 2, 0], [-1, 2, 0])
    expect(Object.values(perfect)).toEqual([0, ...Array(12).fill(expect.closeTo(1, 12))])
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
    expect([-9, -3, -2.5, -1.5, -0.5, 0.5, 0.51, 1, 2.5, 9].map(sevenPointScale.classOf)).toEqual([
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
