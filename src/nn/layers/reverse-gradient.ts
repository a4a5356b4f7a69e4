/** Gradient reversal. */
import { add, multiply, stopGradient, type Tensor } from '../../graph/index.js'

/**
 * The input, with its gradient multiplied by `-weight` (Ganin and Lempitsky, 2015, section 3): the
 * layers after it learn a task, and those before it learn to make that task impossible.
 */
export function reverseGradient(input: Tensor, weight = 1): Tensor {
  return add(multiply(input, -weight), stopGradient(multiply(input, 1 + weight)))
}
