/** A learned token before the steps of a sequence. */
import { concat, expand, type Tensor, unsqueeze } from '../../../graph/index.js'
import { normal } from '../../../nn/initialise.js'
import type { Scope } from '../../../nn/scope.js'

/**
 * Puts a class token before the steps: [batch, time, width] to [batch, time + 1, width]. Parameter:
 * `weight` [1, width], normal, as in PyTorch's `Embedding`.
 */
export function classToken(scope: Scope, width: number): (steps: Tensor) => Tensor {
  const weight = scope.parameter('weight', [1, width], normal())
  return (steps) => concat([expand(unsqueeze(weight, 0), [steps.size(0), 1, width]), steps], 1)
}
