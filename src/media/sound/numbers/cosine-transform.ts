/** The discrete cosine transform for cepstra, in float64. */
import { type Matrix, matrix } from './matrix.js'

/**
 * The orthonormal transform of type 2, [input, coefficient], as SciPy's `dct(type=2, norm='ortho')`:
 * sqrt(2 / n) cos(pi (i + 1/2) k / n), and sqrt(1 / n) for k = 0.
 *
 * @param inputs n
 * @param coefficients the number of coefficients, from the first on
 */
export function cosineTransform(inputs: number, coefficients: number): Matrix {
  return matrix(inputs, coefficients, (input, k) => {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / inputs)
    return scale * Math.cos((Math.PI * (input + 0.5) * k) / inputs)
  })
}
