/**
 * Sobol's sequence: points that fill a cube more evenly than random ones. Direction numbers are those
 * of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008; the first rows of new-joe-kuo-6.21201).
 */
import { LimbicError } from '../../base/errors.js'
import { randomWord, streamKey } from '../../base/random.js'

/** Of each dimension from the second: the polynomial's inner coefficients, and the first m. */
const directions: readonly (readonly [a: number, m: readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
  [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]],
  [13, [1, 1, 1, 15, 21, 21]],
  [16, [1, 3, 1, 13, 27, 49]],
]
const bits = 32

/** The number of dimensions that have directions. */
export const mostDimensions = directions.length + 1

/**
 * The first points of the sequence, each coordinate in [0, 1), shifted digit by digit by a seed: the
 * points stay as even as they are, and none lies at the corner.
 *
 * @throws LimbicError if there are more dimensions than directions
 */
export function sobolPoints(dimensions: number, count: number, seed: number): number[][] {
  if (dimensions > mostDimensions) {
    throw new LimbicError('too many dimensions for a Sobol sequence', {
      expected: `at most ${mostDimensions}`,
      got: String(dimensions),
      hint: 'Search fewer settings, or use --sampler random',
    })
  }
  const columns = Array.from({ length: dimensions }, (_, dimension) => {
    const steps = directionsOf(dimension)
    const shift = randomWord(streamKey(seed, 'sobol', dimension), 0)
    let state = 0
    return Array.from({ length: count }, (__, index) => {
      // Gray code: each point differs from the one before in one direction.
      if (index > 0) state = (state ^ (steps[lowestZero(index - 1)] ?? 0)) >>> 0
      return ((state ^ shift) >>> 0) / 2 ** bits
    })
  })
  return Array.from({ length: count }, (_, index) => columns.map((column) => column[index] ?? 0))
}

/** The direction numbers of a dimension, as fractions of 2^32. */
function directionsOf(dimension: number): number[] {
  const row = directions[dimension - 1]
  if (!row) return Array.from({ length: bits }, (_, k) => 2 ** (bits - 1 - k))
  const [a, first] = row
  const degree = first.length
  const steps = first.map((m, k) => (m * 2 ** (bits - 1 - k)) >>> 0)
  for (let k = degree; k < bits; k++) {
    const before = steps[k - degree] ?? 0
    let next = before ^ (before >>> degree)
    for (let j = 1; j < degree; j++) {
      if ((a >> (degree - 1 - j)) & 1) next ^= steps[k - j] ?? 0
    }
    steps.push(next >>> 0)
  }
  return steps
}

function lowestZero(index: number): number {
  let place = 0
  for (let rest = index; rest & 1; rest >>>= 1) place++
  return place
}
