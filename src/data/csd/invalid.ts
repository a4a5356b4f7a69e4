import { LimbicError } from '../../errors.js'
import type { InvalidPolicy } from '../invalid.js'

/**
 * Replaces every number that is not finite by 0, in place, and returns how many there were.
 *
 * @throws LimbicError naming the first of them, if `policy` is `refuse`.
 */
export function mendInvalid(
  features: Float32Array,
  width: number,
  policy: InvalidPolicy,
  where: string,
): number {
  let count = 0
  for (let place = 0; place < features.length; place++) {
    const value = features[place] as number
    if (Number.isFinite(value)) continue
    if (policy === 'refuse') {
      throw new LimbicError('an invalid number', {
        where: `${where}, row ${Math.floor(place / width)}, column ${place % width}`,
        got: `${value}`,
        hint: 'Mend the file, or read such values as 0 (--invalid replace)',
      })
    }
    features[place] = 0
    count++
  }
  return count
}
