/** The nonlinear functions of neural networks, element by element. */
import { add, exp, multiply, square, subtract } from './arithmetic.js'
import { cast, greater } from './comparison.js'
import { unaryOperator } from './elementwise.js'

/** The hyperbolic tangent. */
export const tanh = unaryOperator('tanh', 'Tanh', (_input, output, gradient) =>
  multiply(gradient, subtract(1, square(output))),
)

/** `1 / (1 + exp(-input))`. */
export const sigmoid = unaryOperator('sigmoid', 'Sigmoid', (_input, output, gradient) =>
  multiply(gradient, multiply(output, subtract(1, output))),
)

/** `max(input, 0)`; the gradient at 0 is 0. */
export const relu = unaryOperator('relu', 'Relu', (_input, output, gradient) =>
  multiply(gradient, cast(greater(output, 0), output.dataType)),
)

/** `log(1 + exp(input))`, without overflow. */
export const softplus = unaryOperator('softplus', 'Softplus', (input, _output, gradient) =>
  multiply(gradient, sigmoid(input)),
)

/** The error function. */
export const erf = unaryOperator('erf', 'Erf', (input, _output, gradient) =>
  multiply(gradient, multiply(exp(multiply(square(input), -1)), 2 / Math.sqrt(Math.PI))),
)

/** The exact Gaussian error linear unit, `input * Phi(input)`. */
export const gelu = unaryOperator('gelu', 'Gelu', (input, _output, gradient) => {
  const cumulative = multiply(add(erf(multiply(input, Math.SQRT1_2)), 1), 0.5)
  const density = multiply(exp(multiply(square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return multiply(gradient, add(cumulative, multiply(input, density)))
})
