/** Turns gradients around. */
import { add, multiply, stopGradient, type Tensor } from '../../graph/index.js'

/**
 * The input, whose gradient is multiplied by `-weight` (Ganin and Lempitsky, 2015, section 3): what
 * follows learns to tell something from it, what comes before unlearns it.
 */
export function reverseGradient(input: Tensor, weight = 1): Tensor {
  return add(multiply(input, -weight), stopGradient(multiply(input, 1 + weight)))
}
