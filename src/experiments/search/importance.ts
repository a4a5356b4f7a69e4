/** How much of the differences between trials goes with each setting. */
import type { Point, Space } from './space.js'

/**
 * For each setting the share of the variance of ranks that it explains alone: by Spearman's
 * correlation for a range, by the means of its groups (eta squared) for choices. With few trials
 * everything seems to explain something: it is a hint where to look, and no test.
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
  const ranks = ranksOf(losses)
  return Object.fromEntries(
    Object.entries(space).map(([name, axis]) => {
      const values = points.map((point) => point[name] ?? '')
      const share = Array.isArray(axis)
        ? betweenGroups(values.map(String), ranks)
        : correlation(ranksOf(values.map(Number)), ranks) ** 2
      return [name, share]
    }),
  )
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return below + (equal + 1) / 2
  })
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [meanOf(one), meanOf(other)]
  const sum = (of: (index: number) => number) => one.reduce((total, _, k) => total + of(k), 0)
  const x = (k: number) => (one[k] ?? 0) - a
  const y = (k: number) => (other[k] ?? 0) - b
  const scale = Math.sqrt(sum((k) => x(k) ** 2) * sum((k) => y(k) ** 2))
  return scale === 0 ? 0 : sum((k) => x(k) * y(k)) / scale
}

function betweenGroups(names: readonly string[], values: readonly number[]): number {
  const mean = meanOf(values)
  const total = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const between = [...new Set(names)].reduce((sum, name) => {
    const own = values.filter((_, k) => names[k] === name)
    return sum + own.length * (meanOf(own) - mean) ** 2
  }, 0)
  return total === 0 ? 0 : between / total
}
