import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  areaUnderRoc,
  bestThresholds,
  classificationMetrics,
  largestClass,
  multilabelMetrics,
} from '../../src/metrics/index.js'

const classes = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), {
  minLength: 1,
  maxLength: 50,
})
/** Logits that put probability above and below one half. */
const on = 2
const off = -2

describe('classification', () => {
  it('equals what a hand computes', () => {
    const found = classificationMetrics([0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1], 4)
    expect(found.confusion).toEqual([
      [2, 1, 0, 0],
      [1, 2, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
    expect(found.perClass[0]).toEqual({
      precision: 2 / 3,
      recall: 2 / 3,
      f1: 2 / 3,
      support: 3,
    })
    // Classes 2 and 3 occur nowhere and drag no mean down.
    expect(found.macroF1).toBeCloseTo(2 / 3, 12)
    expect(found.classMeanAccuracy).toBeCloseTo(2 / 3, 12)
  })

  it('counts a class that is only predicted in macro means, not in the mean of recalls', () => {
    const found = classificationMetrics([0, 1], [0, 0], 2)
    expect(found.classMeanAccuracy).toBe(0.5)
    expect(found.macroPrecision).toBe(0.5)
    expect(found.weightedPrecision).toBe(1)
    expect(found.macroF1).toBeCloseTo(1 / 3, 12)
  })

  it('has rows that sum to the truths, and accuracy as the weighted mean of recalls', () => {
    fc.assert(
      fc.property(classes, (rows) => {
        const truths = rows.map(([, truth]) => truth)
        const found = classificationMetrics(
          rows.map(([prediction]) => prediction),
          truths,
          4,
        )
        const total = found.confusion.flat().reduce((sum, count) => sum + count, 0)
        expect(total).toBe(rows.length)
        found.perClass.forEach(({ support }, index) => {
          expect(support).toBe(truths.filter((truth) => truth === index).length)
        })
        const weighted = found.perClass.reduce(
          (sum, { recall, support }) => sum + (recall * support) / rows.length,
          0,
        )
        expect(found.accuracy).toBeCloseTo(weighted, 12)
      }),
    )
  })

  it('takes the first of the largest scores', () => {
    expect([...largestClass([1, 3, 2, 5, 5, 5, -1, -2, 0], 3)]).toEqual([1, 0, 2])
    expect(() => largestClass([1, 2, 3], 2)).toThrowError(/multiple of 2/)
  })

  it('refuses what is no class', () => {
    expect(() => classificationMetrics([0, 4], [0, 1], 4)).toThrowError(
      /predictions, sample 1: .*expected 0 to 3, got 4/,
    )
    expect(() => classificationMetrics([0, 1], [0.5, 1], 4)).toThrowError(/truths, sample 0/)
  })
})

describe('several emotions at once', () => {
  it('equals what a hand computes', () => {
    const truths = [1, 0, 1, 1, 0, 0, 1, 0]
    const logits = [on, off, on, off, off, off, off, on]
    const found = multilabelMetrics(logits, truths, 2)
    // First emotion: truths 1 1 0 1, predicted 1 1 0 0.
    expect(found.perLabel[0]).toMatchObject({
      accuracy: 0.75,
      weightedAccuracy: (2 / 3 + 1) / 2,
      precision: 1,
      recall: 2 / 3,
      f1: 0.8,
    })
    expect(found.perLabel[0]?.weightedF1).toBeCloseTo((3 * 0.8 + 1 * (2 / 3)) / 4, 12)
    // Sets: right; one of two; rightly none; a false alarm alone.
    expect(found).toMatchObject({ strict: 0.5, subset: 0.75, intersect: 0.75 })
  })

  it('tells an intersection from the published reading of it', () => {
    // A false alarm comes before the hit: an intersection, but not in the published order.
    const found = multilabelMetrics([on, on], [0, 1], 2)
    expect(found).toMatchObject({ strict: 0, subset: 0, intersect: 1 })
    expect(found.intersectBeforeFalseAlarm).toBe(0)
    expect(multilabelMetrics([on, on], [1, 0], 2).intersectBeforeFalseAlarm).toBe(1)
  })

  it('says that it does not know where a class is missing', () => {
    const { perLabel, mean, strict } = multilabelMetrics([on, off, on, on], [1, 0, 1, 1], 2)
    expect(perLabel[0]?.auc).toBeNaN()
    expect(perLabel[0]?.weightedAccuracy).toBeNaN()
    expect(perLabel[1]?.auc).toBe(1)
    expect(mean.auc).toBeNaN()
    expect(strict).toBe(1)
  })

  it('has an area that counts the pairs in the right order', () => {
    const scored = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.boolean()), {
      minLength: 1,
      maxLength: 30,
    })
    fc.assert(
      fc.property(scored, (rows) => {
        const positives = rows.filter(([, present]) => present).map(([score]) => score)
        const negatives = rows.filter(([, present]) => !present).map(([score]) => score)
        let wins = 0
        for (const positive of positives) {
          for (const negative of negatives) {
            wins += positive > negative ? 1 : positive === negative ? 0.5 : 0
          }
        }
        const found = areaUnderRoc(
          rows.map(([score]) => score),
          rows.map(([, present]) => Number(present)),
        )
        const pairs = positives.length * negatives.length
        if (pairs === 0) expect(found).toBeNaN()
        else expect(found).toBeCloseTo(wins / pairs, 12)
      }),
    )
  })

  it('finds thresholds that no candidate beats, the lowest of equals', () => {
    // Probabilities 0.12, 0.27, 0.73, 0.88.
    expect(bestThresholds([-2, -1, 1, 2], [0, 0, 1, 1], 1)[0]).toBeCloseTo(0.3, 12)
    expect(bestThresholds([-2, -1, 1, 2], [0, 0, 0, 0], 1)[0]).toBeCloseTo(0.05, 12)
    expect(() => multilabelMetrics([1, 2], [0, 1], 2, [0.5])).toThrowError(/expected 2, got 1/)
    expect(() => multilabelMetrics([1, 2, 3], [0, 1, 1], 2)).toThrowError(/multiple of 2/)
  })
})
