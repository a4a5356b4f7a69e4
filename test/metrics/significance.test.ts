import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatMeanDeviation,
  formatSigned,
  holm,
  pairedTTest,
  spreadOf,
  studentTTest,
  summarise,
  welchTTest,
  wilcoxonSignedRank,
} from '../../src/metrics/index.js'

const one = [125, 115, 130, 140, 140, 115, 140, 125, 140, 135]
const other = [110, 122, 125, 120, 140, 124, 123, 137, 135, 145]
const score = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8)
const scores = fc.array(score, { minLength: 2, maxLength: 20 })

describe('t-tests', () => {
  it('equals SciPy', () => {
    const paired = pairedTTest(one, other)
    expect(paired.t).toBeCloseTo(0.6362966894762422, 12)
    expect(paired.p).toBeCloseTo(0.5404255793265436, 12)
    expect(paired.degreesOfFreedom).toBe(9)
    const welch = welchTTest(one, other.slice(0, 6))
    expect(welch.t).toBeCloseTo(1.3736938013328452, 12)
    expect(welch.p).toBeCloseTo(0.19678740724070384, 12)
    expect(welch.degreesOfFreedom).toBeCloseTo(11.039755351681958, 10)
    const student = studentTTest(one, other.slice(0, 6))
    expect(student.t).toBeCloseTo(1.358458278809262, 12)
    expect(student.p).toBeCloseTo(0.19580598919720216, 12)
  })

  it("equals the closed form at one degree of freedom, Cauchy's distribution", () => {
    const { t, p, effectSize } = pairedTTest([3, 1], [0, 0])
    expect(t).toBeCloseTo(2, 12)
    expect(p).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(2), 12)
    expect(effectSize).toBeCloseTo(2 / Math.SQRT2, 12)
  })

  it('is antisymmetric, and blind to a common shift', () => {
    fc.assert(
      fc.property(scores, scores, score, (left, right, shift) => {
        for (const test of [studentTTest, welchTTest]) {
          const there = test(left, right)
          const back = test(right, left)
          expect(back.t + there.t || 0).toBe(0)
          expect(back.p).toBe(there.p)
          const moved = test(
            left.map((value) => value + shift),
            right.map((value) => value + shift),
          )
          if (Number.isFinite(there.t)) expect(moved.p).toBeCloseTo(there.p, 8)
        }
      }),
    )
  })

  it('is honest at the edges', () => {
    expect(pairedTTest([1, 2], [1, 2])).toMatchObject({ t: Number.NaN, p: Number.NaN })
    expect(pairedTTest([2, 3], [1, 2])).toMatchObject({ t: Number.POSITIVE_INFINITY, p: 0 })
    expect(welchTTest([2, 2], [1, 1])).toMatchObject({ t: Number.POSITIVE_INFINITY, p: 0 })
    expect(() => pairedTTest([1], [2])).toThrowError(/at least 2.*more seeds/)
    expect(() => pairedTTest([1, 2], [2])).toThrowError(/needs pairs/)
    expect(() => welchTTest([1, Number.NaN], [2, 3])).toThrowError(/not a finite number/)
  })
})

describe('Wilcoxon signed rank', () => {
  it('is exact for few pairs', () => {
    // All five differences are positive: 2 of 2^5 sign patterns are as extreme.
    const found = wilcoxonSignedRank([1.1, 2.2, 3.3, 4.4, 5.6], [1, 2, 3, 4, 5])
    expect(found).toMatchObject({ statistic: 0, count: 5, method: 'exact', effectSize: 1 })
    expect(found.p).toBeCloseTo(2 / 32, 12)
  })

  it('counts patterns of signs over tied ranks too, and leaves out equal pairs', () => {
    // Differences 15 -7 5 20 0 -9 17 -12 5 -10: ranks with one tie of two, W- = 18, W+ = 27.
    const found = wilcoxonSignedRank(one, other)
    expect(found).toMatchObject({ statistic: 18, count: 9, method: 'exact' })
    const ranks = [1.5, 1.5, 3, 4, 5, 6, 7, 8, 9]
    let extreme = 0
    for (let signs = 0; signs < 2 ** 9; signs++) {
      const sum = ranks.reduce((so, rank, place) => so + (signs & (1 << place) ? rank : 0), 0)
      if (sum <= 18) extreme++
    }
    expect(found.p).toBeCloseTo((2 * extreme) / 2 ** 9, 12)
    expect(found.effectSize).toBeCloseTo((27 - 18) / 45, 12)
  })

  it('corrects the normal approximation of many pairs for ties', () => {
    const signs = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? -1 : 1))
    const offsets = signs.map((sign, index) => sign * (1 + Math.floor(index / 2)))
    const found = wilcoxonSignedRank(
      offsets,
      offsets.map(() => 0),
    )
    expect(found).toMatchObject({ count: 60, method: 'normal', statistic: 590 })
    // SciPy's, with method 'asymptotic' and without correction for continuity.
    expect(found.p).toBeCloseTo(0.016721987596966303, 12)
  })

  it('agrees with counting every pattern of signs', () => {
    const offsets = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(offsets, fc.nat({ max: 255 }), (sizes, pattern) => {
        const count = sizes.length
        const signed = sizes.map((size, index) => (pattern & (1 << index) ? size : -size))
        const found = wilcoxonSignedRank(
          signed,
          sizes.map(() => 0),
        )
        let extreme = 0
        for (let signs = 0; signs < 2 ** count; signs++) {
          let sum = 0
          for (let rank = 1; rank <= count; rank++) if (signs & (1 << (rank - 1))) sum += rank
          if (sum <= found.statistic) extreme++
        }
        expect(found.p).toBeCloseTo(Math.min(1, (2 * extreme) / 2 ** count), 10)
      }),
    )
  })

  it('needs a difference', () => {
    expect(() => wilcoxonSignedRank([1, 2], [1, 2])).toThrowError(/no pair differs/)
  })
})

describe("Holm's correction", () => {
  it('equals what a hand computes', () => {
    const found = holm([0.01, 0.04, 0.03, 0.005])
    expect(found.map((p) => p.toFixed(6))).toEqual(['0.030000', '0.060000', '0.060000', '0.020000'])
    expect(holm([0.9, Number.NaN, 0.6])).toEqual([1, Number.NaN, 1])
    expect(() => holm([1.5])).toThrowError(/not a probability/)
  })

  it('never lowers a p-value, stays below Bonferroni and keeps the order', () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(pValues, (given) => {
        const adjusted = holm(given)
        adjusted.forEach((p, index) => {
          const raw = given[index] as number
          expect(p).toBeGreaterThanOrEqual(raw)
          expect(p).toBeLessThanOrEqual(Math.min(1, raw * given.length))
          adjusted.forEach((q, place) => {
            if ((given[place] as number) > raw) expect(q).toBeGreaterThanOrEqual(p)
          })
        })
      }),
    )
  })
})

describe('summaries', () => {
  it('has the sample deviation', () => {
    expect(summarise([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({
      mean: 5,
      deviation: Math.sqrt(32 / 7),
      count: 8,
    })
    expect(summarise([0.1, 0.1, 0.1]).deviation).toBe(0)
    expect(summarise([3])).toEqual({ mean: 3, deviation: Number.NaN, count: 1 })
    expect(summarise([]).mean).toBeNaN()
  })

  it('is written as mean ± deviation', () => {
    expect(formatMeanDeviation(summarise([0.82, 0.84]))).toBe('0.830 ± 0.014')
    expect(
      formatMeanDeviation({ mean: 0.8251, deviation: 0.0123 }, { digits: 1, scale: 100 }),
    ).toBe('82.5 ± 1.2')
    expect(formatMeanDeviation(summarise([0.5]))).toBe('0.500')
    expect(formatMeanDeviation(summarise([]))).toBe('n/a')
  })

  it('of a difference is written with its sign, unless it is written as 0', () => {
    expect([0.126, -0.126, 0.004, -0.004, 0].map((value) => formatSigned(value, 2))).toEqual([
      ...['+0.13', '-0.13', '0.00', '0.00', '0.00'],
    ])
  })
})

describe('the spread of a list', () => {
  it('has the least, the middle, whatever the order, and the most', () => {
    expect(spreadOf(Int32Array.of(9, 1, 5))).toEqual({ min: 1, median: 5, max: 9 })
    expect(spreadOf([4, 10, 1, 2])).toEqual({ min: 1, median: 3, max: 10 })
    expect(spreadOf([])).toEqual({ min: Number.NaN, median: Number.NaN, max: Number.NaN })
  })
})
