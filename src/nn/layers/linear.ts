/** Linear layers. */
import { affine, type Initialiser } from '../../graph/index.js'
import { byInputs, uniform } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

/**
 * A linear layer, `input W^T + b`: [..., inputs] to [..., units].
 * Parameters: `weight` [units, inputs], and `bias` [units] unless `bias` is false. Both start
 * uniform within 1 / sqrt(inputs), as in PyTorch, unless `initialise` says otherwise for the weight.
 */
export function linear(
  scope: Scope,
  {
    inputs,
    units,
    bias = true,
    initialise = byInputs,
  }: { inputs: number; units: number; bias?: boolean; initialise?: Initialiser },
): Layer {
  const weight = scope.parameter('weight', [units, inputs], initialise)
  const offset = bias
    ? scope.parameter('bias', [units], uniform(1 / Math.sqrt(Math.max(inputs, 1))))
    : undefined
  return (input) => affine(input, weight, offset)
}
