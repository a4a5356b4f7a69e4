/** Holm's correction for multiple tests. */

import { LimbicError } from '../../base/errors.js'

/**
 * Holm's correction for testing several hypotheses at once: p-values, in the order given, that may
 * be compared with the level as if each were the only one. NaN stays NaN and is not counted.
 *
 * @throws LimbicError if a p-value is outside [0, 1]
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => Number.NaN)
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter(({ p }) => !Number.isNaN(p))
    .sort((one, other) => one.p - other.p)
  let reached = 0
  order.forEach(({ p, index }, place) => {
    if (p < 0 || p > 1) {
      throw new LimbicError('not a probability', { where: `p-value ${index}`, got: `${p}` })
    }
    reached = Math.max(reached, Math.min(1, (order.length - place) * p))
    adjusted[index] = reached
  })
  return adjusted
}
