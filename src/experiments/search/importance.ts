/** How much of the differences between trials each setting explains. */
import { mean } from '../../base/numbers.js'
import { averageRanks, correlation } from '../../metrics/numbers.js'
import type { Point, Space } from './space.js'

/**
 * For each setting the share of the variance of ranks that it explains alone: by Spearman's
 * correlation for a range, by the means of its groups (eta squared) for choices. With few trials
 * everything seems to explain something: it hints where to look, and is no test.
 *
 * @param losses of each point
 * @returns from 0 to 1, by setting; empty for fewer than three points
 */
export function importanceOf(
  space: Space,
  points: readonly Point[],
  losses: readonly number[],
): Readonly<Record<string, number>> {
  if (points.length < 3) return {}
  const ranks = averageRanks(losses).ranks
  return Object.fromEntries(
    Object.entries(space).map(([name, axis]) => {
      const values = points.map((point) => point[name] ?? '')
      const share = Array.isArray(axis)
        ? betweenGroups(values.map(String), ranks)
        : explained(averageRanks(values.map(Number)).ranks, ranks)
      return [name, share]
    }),
  )
}

/** The square of the correlation: the share of the variance that goes with it; 0 where either is constant. */
function explained(one: ArrayLike<number>, other: ArrayLike<number>): number {
  const along = correlation(one, other)
  return Number.isNaN(along) ? 0 : along ** 2
}

function betweenGroups(names: readonly string[], values: Float64Array): number {
  const centre = mean(values)
  const total = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  const between = [...new Set(names)].reduce((sum, name) => {
    const own = values.filter((_, k) => names[k] === name)
    return sum + own.length * (mean(own) - centre) ** 2
  }, 0)
  return total === 0 ? 0 : between / total
}
