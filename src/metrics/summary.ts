/** Summarises metrics over runs. */

import { fixed } from '../base/numbers.js'
import type { Numbers } from './check.js'
import { mean, variance } from './numbers.js'

/** What repeated runs came to. */
export interface Summary {
  /** NaN of nothing. */
  readonly mean: number
  /** The sample standard deviation, over n - 1; NaN of fewer than two values. */
  readonly deviation: number
  readonly count: number
}

/** The mean and the sample standard deviation of a figure over runs. NaN among the values makes both NaN. */
export function summarise(values: Numbers): Summary {
  return {
    mean: mean(values),
    deviation: Math.sqrt(variance(values)),
    count: values.length,
  }
}

/**
 * Writes "0.823 ± 0.004"; only the mean where there is no deviation (a single run), and "n/a"
 * where there is no mean.
 *
 * @param digits digits after the point
 * @param scale multiplies both: 100 for percent
 */
export function formatMeanDeviation(
  { mean, deviation }: Pick<Summary, 'mean' | 'deviation'>,
  { digits = 3, scale = 1 }: { readonly digits?: number; readonly scale?: number } = {},
): string {
  if (Number.isNaN(mean)) return 'n/a'
  const centre = fixed(mean * scale, digits)
  return Number.isNaN(deviation) ? centre : `${centre} ± ${fixed(deviation * scale, digits)}`
}
