/** Student's and Welch's t-tests. */

import { LimbicError } from '../../base/errors.js'
import { checkFinite, type Numbers } from '../check.js'
import { mean, variance } from '../numbers.js'
import { differences } from './differences.js'
import { studentTails } from './distributions.js'

/** What a two-sided t-test found. */
export interface TTest {
  readonly test: 'paired t' | 'Student t' | 'Welch t'
  readonly t: number
  readonly degreesOfFreedom: number
  /** The probability of a |t| at least as large if the true means were equal; NaN where nothing varies and nothing differs. */
  readonly p: number
  readonly meanDifference: number
  /** Cohen's d: the mean difference in standard deviations. */
  readonly effectSize: number
}

/**
 * Student's t-test of pairs: the same folds and seeds under two models.
 * Cohen's d is that of the differences, d_z = mean / standard deviation of `one - other`.
 *
 * @throws LimbicError unless both have the same length, at least 2
 */
export function pairedTTest(one: Numbers, other: Numbers): TTest {
  const offsets = differences('paired t-test', one, other)
  checkCount('paired t-test', offsets)
  const deviation = Math.sqrt(variance(offsets))
  const meanDifference = mean(offsets)
  return twoSided('paired t', {
    meanDifference,
    standardError: deviation / Math.sqrt(offsets.length),
    degreesOfFreedom: offsets.length - 1,
    deviation,
  })
}

/**
 * Student's t-test of two independent groups with one common variance.
 * Cohen's d takes the pooled standard deviation.
 *
 * @throws LimbicError unless both have at least 2 values
 */
export function studentTTest(one: Numbers, other: Numbers): TTest {
  checkGroups("Student's t-test", one, other)
  const degreesOfFreedom = one.length + other.length - 2
  const pooled =
    ((one.length - 1) * variance(one) + (other.length - 1) * variance(other)) / degreesOfFreedom
  return twoSided('Student t', {
    meanDifference: mean(one) - mean(other),
    standardError: Math.sqrt(pooled * (1 / one.length + 1 / other.length)),
    degreesOfFreedom,
    deviation: Math.sqrt(pooled),
  })
}

/**
 * Welch's t-test of two independent groups, each with its own variance.
 * Cohen's d takes the root of the mean of both variances.
 *
 * @throws LimbicError unless both have at least 2 values
 */
export function welchTTest(one: Numbers, other: Numbers): TTest {
  checkGroups("Welch's t-test", one, other)
  const oneShare = variance(one) / one.length
  const otherShare = variance(other) / other.length
  const together = oneShare + otherShare
  const degreesOfFreedom =
    together ** 2 / (oneShare ** 2 / (one.length - 1) + otherShare ** 2 / (other.length - 1))
  return twoSided('Welch t', {
    meanDifference: mean(one) - mean(other),
    standardError: Math.sqrt(together),
    // 0 / 0 when neither group varies; t is then infinite or undefined for any degrees of freedom.
    degreesOfFreedom: together === 0 ? 1 : degreesOfFreedom,
    deviation: Math.sqrt((variance(one) + variance(other)) / 2),
  })
}

function twoSided(
  test: TTest['test'],
  found: {
    readonly meanDifference: number
    readonly standardError: number
    readonly degreesOfFreedom: number
    readonly deviation: number
  },
): TTest {
  const { meanDifference, standardError, degreesOfFreedom, deviation } = found
  const t = meanDifference / standardError
  return {
    test,
    t,
    degreesOfFreedom,
    p: studentTails(t, degreesOfFreedom),
    meanDifference,
    effectSize: meanDifference / deviation,
  }
}

function checkGroups(where: string, one: Numbers, other: Numbers): void {
  for (const values of [one, other]) {
    checkFinite(where, values)
    checkCount(where, values)
  }
}

function checkCount(where: string, values: Numbers): void {
  if (values.length >= 2) return
  throw new LimbicError('too few runs to compare', {
    where,
    expected: 'at least 2',
    got: `${values.length}`,
    hint: 'Train with more seeds or folds',
  })
}
