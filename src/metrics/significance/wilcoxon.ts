/** The Wilcoxon signed-rank test. */

import { LimbicError } from '../../base/errors.js'
import { numberAt } from '../../base/numbers.js'
import type { Numbers } from '../check.js'
import { averageRanks } from '../numbers.js'
import { differences } from './differences.js'
import { normalCdf } from './distributions.js'

/** Up to this many pairs the p-value is exact, with ties as well. */
const mostExactPairs = 50

/** What a two-sided Wilcoxon signed-rank test found. */
export interface WilcoxonTest {
  readonly test: 'Wilcoxon signed rank'
  /** The smaller of the rank sums of the positive and the negative differences. */
  readonly statistic: number
  /** The pairs that differ; equal ones are left out. */
  readonly count: number
  readonly p: number
  /**
   * Exact, by counting patterns of signs over the ranks at hand, or for many pairs the normal
   * approximation with correction for ties (and none for continuity).
   */
  readonly method: 'exact' | 'normal'
  /** The matched-pairs rank-biserial correlation, from -1 to 1: positive where `one` is larger. */
  readonly effectSize: number
}

/**
 * Wilcoxon's signed-rank test of pairs: asks what a paired t-test asks without taking the
 * differences to be normally distributed.
 *
 * @throws LimbicError unless both have the same length and some pair differs
 */
export function wilcoxonSignedRank(one: Numbers, other: Numbers): WilcoxonTest {
  const where = 'Wilcoxon signed-rank test'
  const offsets = differences(where, one, other).filter((offset) => offset !== 0)
  const count = offsets.length
  if (count === 0) {
    throw new LimbicError('no pair differs, so there is nothing to test', { where })
  }
  const { ranks, ties } = averageRanks(offsets.map(Math.abs))
  let positive = 0
  for (let index = 0; index < count; index++) {
    if (numberAt(offsets, index) > 0) positive += numberAt(ranks, index)
  }
  const total = (count * (count + 1)) / 2
  const statistic = Math.min(positive, total - positive)
  const exact = count <= mostExactPairs
  return {
    test: 'Wilcoxon signed rank',
    statistic,
    count,
    p: Math.min(1, 2 * (exact ? exactTail(statistic, ranks) : normalTail(statistic, count, ties))),
    method: exact ? 'exact' : 'normal',
    effectSize: (2 * positive - total) / total,
  }
}

/**
 * The share of all patterns of signs whose positive ranks add up to at most `statistic`. The normal
 * approximation would find five pairs significant where no five pairs can be.
 */
function exactTail(statistic: number, ranks: Float64Array): number {
  // Shared ranks may be halves: twice the ranks are whole numbers.
  const total = ranks.reduce((sum, rank) => sum + 2 * rank, 0)
  const shares = new Float64Array(total + 1)
  shares[0] = 1
  for (const rank of ranks) {
    const step = 2 * rank
    for (let sum = total; sum >= 0; sum--) {
      const without = numberAt(shares, sum)
      const withIt = sum >= step ? numberAt(shares, sum - step) : 0
      shares[sum] = (without + withIt) / 2
    }
  }
  return shares.subarray(0, 2 * statistic + 1).reduce((sum, share) => sum + share, 0)
}

/** The normal approximation of the probability of a rank sum at most as large. */
function normalTail(statistic: number, count: number, ties: readonly number[]): number {
  const expected = (count * (count + 1)) / 4
  const tied = ties.reduce((sum, size) => sum + (size ** 3 - size), 0)
  const variance = (count * (count + 1) * (2 * count + 1)) / 24 - tied / 48
  return normalCdf((statistic - expected) / Math.sqrt(variance))
}
