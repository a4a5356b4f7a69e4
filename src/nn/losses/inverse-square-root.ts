/** Square roots of matrices and their inverses, from products alone. */
import {
  divide,
  matmul,
  multiply,
  reduceSum,
  sqrt,
  square,
  subtract,
  type Tensor,
} from '../../graph/index.js'

/** The identity matrix [width, width]. */
export function identityMatrix({ graph, dataType }: Tensor, width: number): Tensor {
  const values = Array.from({ length: width * width }, (_, place) =>
    Number(place % (width + 1) === 0),
  )
  return graph.constant(values, [width, width], dataType)
}

/**
 * The square roots of symmetric positive definite matrices, and the inverses of those, by the
 * coupled Newton-Schulz iteration (Higham, Functions of Matrices, 2008, equation 6.35), which
 * consists of products and is differentiable. The matrix is first divided by its Frobenius norm, so
 * that the iteration converges.
 *
 * The root of an eigenvalue that is a fraction f of that norm grows by half at each iteration until
 * it is close; then its error is squared. This takes about log(1 / f) / (2 log 1.5) + 5 iterations.
 *
 * @param matrices [..., width, width], with a fixed width
 */
export function matrixRoots(
  matrices: Tensor,
  iterations: number,
): { readonly root: Tensor; readonly inverse: Tensor } {
  const norm = sqrt(reduceSum(square(matrices), [-2, -1], true))
  const identity = identityMatrix(matrices, Number(matrices.size(-1)))
  const [three, half] = [multiply(identity, 3), 0.5]
  let root = divide(matrices, norm)
  // The first iteration, from the identity, takes one product instead of three.
  let step = multiply(subtract(three, root), half)
  let inverse = step
  root = matmul(root, step)
  for (let iteration = 1; iteration < iterations; iteration++) {
    step = multiply(subtract(three, matmul(inverse, root)), half)
    root = matmul(root, step)
    inverse = matmul(step, inverse)
  }
  const scale = sqrt(norm)
  return { root: multiply(root, scale), inverse: divide(inverse, scale) }
}
