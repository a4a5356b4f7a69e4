/** Elementwise arithmetic with NumPy's broadcasting. */
import { numericTypes } from '../../shape/shape.js'
import type { Tensor } from '../../tensor.js'
import { lessOrEqual, where } from './comparison.js'
import { binaryOperator, type Operand, unaryOperator } from './elementwise.js'

/** `left + right`. */
export const add = binaryOperator('add', 'Add', {
  accepts: numericTypes,
  gradient: (_left, _right, _output, gradient) => [gradient, gradient],
})

/** `left - right`. */
export const subtract = binaryOperator('subtract', 'Sub', {
  accepts: numericTypes,
  gradient: (_left, _right, _output, gradient) => [gradient, negate(gradient)],
})

/** `left * right`, element by element. */
export const multiply = binaryOperator('multiply', 'Mul', {
  accepts: numericTypes,
  gradient: (left, right, _output, gradient) => [
    multiply(gradient, right),
    multiply(gradient, left),
  ],
})

/** `left / right`; integer division rounds towards zero. */
export const divide = binaryOperator('divide', 'Div', {
  accepts: numericTypes,
  gradient: (_left, right, output, gradient) => {
    const scaled = divide(gradient, right)
    return [scaled, negate(multiply(scaled, output))]
  },
})

/** The elementwise minimum; where both are equal, the left receives the gradient. */
export const minimum = binaryOperator('minimum', 'Min', {
  accepts: numericTypes,
  gradient: (left, right, _output, gradient) => route(lessOrEqual(left, right), gradient),
})

/** The elementwise maximum; where both are equal, the left receives the gradient. */
export const maximum = binaryOperator('maximum', 'Max', {
  accepts: numericTypes,
  gradient: (left, right, _output, gradient) => route(lessOrEqual(right, left), gradient),
})

function route(toLeft: Tensor, gradient: Tensor): readonly [Tensor, Tensor] {
  return [where(toLeft, gradient, 0), where(toLeft, 0, gradient)]
}

/** `-input`. */
export const negate = unaryOperator('negate', 'Neg', (_input, _output, gradient) =>
  negate(gradient),
)

/** `e ** input`. */
export const exp = unaryOperator('exp', 'Exp', (_input, output, gradient) =>
  multiply(gradient, output),
)

/** The natural logarithm. */
export const log = unaryOperator('log', 'Log', (input, _output, gradient) =>
  divide(gradient, input),
)

/** The square root. */
export const sqrt = unaryOperator('sqrt', 'Sqrt', (_input, output, gradient) =>
  divide(gradient, multiply(output, 2)),
)

/** The absolute value; the gradient at 0 is 0. */
export const abs = unaryOperator('abs', 'Abs', (input, _output, gradient) =>
  multiply(gradient, sign(input)),
)

/** The sign: -1, 0 or 1. Its gradient is 0 everywhere. */
export const sign = unaryOperator('sign', 'Sign', (_input, _output, gradient) =>
  multiply(gradient, 0),
)

/** `input * input`. */
export function square(input: Tensor): Tensor {
  return multiply(input, input)
}

/** The sum of several tensors. */
export function addAll(first: Tensor, ...others: readonly Operand[]): Tensor {
  return others.reduce<Tensor>((total, other) => add(total, other), first)
}
