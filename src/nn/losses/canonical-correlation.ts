/** Deep canonical correlation, as an objective. */
import { elementAt } from '../../base/lookup.js'
import {
  add,
  concat,
  divide,
  flatten,
  gemm,
  matmul,
  maximum,
  multiply,
  reduceSum,
  slice,
  split,
  stack,
  subtract,
  type Tensor,
  transpose,
} from '../../graph/index.js'
import { identityMatrix, matrixRoots } from './inverse-square-root.js'

/** Added to all variances, so that constant views have an inverse. */
const leastVariance = 1e-6

export interface CanonicalCorrelationSettings {
  /**
   * Added to a view's variances, as a share of their mean: keeps few rows from correlating
   * perfectly.
   */
  readonly ridge?: number
  /**
   * Added to squared correlations under the root: without it, correlations of 0 would have no
   * gradient.
   */
  readonly smoothing?: number
  /** For each matrix root (see `matrixRoots`). */
  readonly iterations?: number
}

/**
 * The sums of the canonical correlations of each pair of views, 0 to `width` each: the objective of
 * deep canonical correlation analysis (Andrew et al., 2013; Hierachical Delta-Attention, equation
 * 13).
 *
 * Let S11 and S22 be the covariances of two views and S12 the one between them, over the rows that
 * count. The correlations are the singular values of T = S11^(-1/2) S12 S22^(-1/2), summed as
 * `trace((T^T T + smoothing)^(1/2)) - width * smoothing^(1/2)`, which is smooth at 0. `ridge` times
 * the mean variance, and 1e-6, are added to the diagonals of S11 and S22: the sum does not depend
 * on the scale of a view, and is finite for any number of rows.
 *
 * @param views two or more, [..., width] each, all of the same shape, with a fixed width
 * @param counts [..., 1], 1 for rows that count and 0 for others
 * @returns [pairs]: of the first view and the second, the first and the third, ..., the last two
 */
export function canonicalCorrelations(
  views: readonly Tensor[],
  counts: Tensor,
  settings: CanonicalCorrelationSettings = {},
): Tensor {
  const { ridge = 1e-3, smoothing = 1e-4, iterations = 20 } = settings
  const width = Number(elementAt(views, 0, 'view').size(-1))
  const covariances = covariancesOf(views, flatten(counts))
  const block = (row: number, column: number) =>
    slice(
      slice(covariances, 0, row * width, (row + 1) * width),
      1,
      column * width,
      (column + 1) * width,
    )
  const identity = identityMatrix(covariances, width)
  const own = stack(
    views.map((_, view) => block(view, view)),
    0,
  )
  const variances = reduceSum(multiply(own, identity), [1, 2], true)
  const added = add(multiply(variances, ridge / width), leastVariance)
  const { inverse } = matrixRoots(add(own, multiply(identity, added)), iterations)
  const whitening = split(
    inverse,
    views.map(() => 1),
    0,
  )
  const pairs = views.flatMap((_, left) =>
    views.flatMap((_, right) => (left < right ? [[left, right] as const] : [])),
  )
  const of = (side: 0 | 1) =>
    concat(
      pairs.map((pair) => elementAt(whitening, pair[side], 'view')),
      0,
    )
  const between = stack(
    pairs.map(([left, right]) => block(left, right)),
    0,
  )
  const whitened = matmul(matmul(of(0), between), of(1))
  return sumsOfSingularValues(whitened, identity, { smoothing, iterations })
}

/**
 * The covariances of all views' features, [views x width, views x width], over the rows that count.
 *
 * @param rows [rows, 1]
 */
function covariancesOf(views: readonly Tensor[], rows: Tensor): Tensor {
  const all = concat(views.map(flatten), 1)
  const total = reduceSum(rows)
  const mean = divide(reduceSum(multiply(all, rows), 0, true), maximum(total, 1))
  const centred = multiply(subtract(all, mean), rows)
  return divide(gemm(centred, centred, { transposeLeft: true }), maximum(subtract(total, 1), 1))
}

/** The sum of each matrix's singular values, smoothed at 0: [pairs, width, width] to [pairs]. */
function sumsOfSingularValues(
  matrices: Tensor,
  identity: Tensor,
  { smoothing, iterations }: Record<'smoothing' | 'iterations', number>,
): Tensor {
  const squares = add(matmul(transpose(matrices), matrices), multiply(identity, smoothing))
  const { root } = matrixRoots(squares, iterations)
  const traces = reduceSum(multiply(root, identity), [1, 2])
  return subtract(traces, Number(matrices.size(-1)) * Math.sqrt(smoothing))
}
