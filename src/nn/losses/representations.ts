/**
 * Objectives on the representations of one batch: similarity of their distributions, and
 * orthogonality.
 */
import { LimbicError } from '../../base/errors.js'
import { mapTuple } from '../../base/tuples.js'
import {
  add,
  addAll,
  divide,
  gemm,
  multiply,
  reduceMean,
  reduceSum,
  sqrt,
  square,
  stopGradient,
  subtract,
  type Tensor,
} from '../../graph/index.js'

/** Added under the root of a norm, whose gradient would otherwise be infinite at 0. */
const leastSquare = 1e-14

/** The Euclidean norm of a vector. */
function normOf(vector: Tensor): Tensor {
  return sqrt(add(reduceSum(square(vector)), leastSquare))
}

/** Each feature minus its mean over the batch. */
function centred(input: Tensor): Tensor {
  return subtract(input, reduceMean(input, 0, true))
}

/**
 * The central moment discrepancy of two samples (Zellinger et al., 2017): the norm of the
 * difference of their means, plus the norms of the differences of their central moments from the
 * second to the last. Features are assumed to lie in an interval of width 1.
 *
 * @param one [batch, width]
 * @param other [batch, width]
 * @param moments the last moment, 5 in the paper
 * @returns a scalar
 * @throws LimbicError unless `moments` is a positive integer
 */
export function centralMomentDiscrepancy(one: Tensor, other: Tensor, moments = 5): Tensor {
  if (!Number.isInteger(moments) || moments < 1) {
    throw new LimbicError('invalid number of moments', {
      where: 'centralMomentDiscrepancy',
      expected: 'a positive integer',
      got: String(moments),
    })
  }
  const means = normOf(subtract(reduceMean(one, 0), reduceMean(other, 0)))
  const [first, second] = [centred(one), centred(other)]
  let powers = [first, second] as const
  const norms: Tensor[] = []
  for (let moment = 2; moment <= moments; moment++) {
    powers = [multiply(powers[0], first), multiply(powers[1], second)]
    norms.push(normOf(subtract(reduceMean(powers[0], 0), reduceMean(powers[1], 0))))
  }
  return addAll(means, ...norms)
}

/**
 * How far two representations are from being orthogonal over a batch (Bousmalis et al., 2016, the
 * difference loss, as MISA computes it): the mean square of A^T B, where A and B are the
 * representations, centred over the batch, each row divided by its norm. The norms count as
 * constants and pass no gradient.
 *
 * @param one [batch, width]
 * @param other [batch, width of the other]
 * @returns a scalar
 */
export function differenceLoss(one: Tensor, other: Tensor): Tensor {
  const [first, second] = mapTuple([one, other], (input) => {
    const rows = centred(input)
    const norms = sqrt(reduceSum(square(rows), 1, true))
    return divide(rows, add(stopGradient(norms), 1e-6))
  })
  return reduceMean(square(gemm(first, second, { transposeLeft: true })))
}
