/** Paired differences between two groups of runs. */

import { LimbicError } from '../../base/errors.js'
import { numberAt } from '../../base/numbers.js'
import { checkFinite, type Numbers } from '../check.js'

/** `one - other`, pair by pair; complains unless the two pair up and are finite. */
export function differences(where: string, one: Numbers, other: Numbers): Float64Array {
  if (one.length !== other.length) {
    throw new LimbicError('a paired test needs pairs', {
      where,
      expected: `${one.length} values on the other side`,
      got: `${other.length}`,
      hint: 'Compare the same folds and seeds, or use an unpaired test',
    })
  }
  checkFinite(where, one)
  checkFinite(where, other)
  return Float64Array.from(one, (value, index) => value - numberAt(other, index))
}
