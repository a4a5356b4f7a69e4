/** Sine and cosine, of angles in radians. */
import type { Tensor } from '../../tensor.js'
import { multiply, negate } from './arithmetic.js'
import { unaryOperator } from './elementwise.js'

/** The sine. */
export const sin: (input: Tensor) => Tensor = unaryOperator(
  'sin',
  'Sin',
  (input, _output, gradient) => multiply(gradient, cos(input)),
)

/** The cosine. */
export const cos: (input: Tensor) => Tensor = unaryOperator(
  'cos',
  'Cos',
  (input, _output, gradient) => negate(multiply(gradient, sin(input))),
)
