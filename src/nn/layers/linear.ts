/** Linear layers. */
import { affine, type Initialiser, type Tensor } from '../../graph/index.js'
import { byInputs, uniform } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

export interface LinearSettings {
  readonly inputs: number
  readonly units: number
  /** Initial values of the weight; default: see `linearParameters`. */
  readonly initialise?: Initialiser
  /** Default: true. */
  readonly trainable?: boolean
}

/**
 * Declares the parameters of a linear layer, for callers that apply them in their own way: `weight`
 * [units, inputs] and `bias` [units], both uniform within 1 / sqrt(inputs) initially, as in
 * PyTorch, unless `initialise` says otherwise for the weight.
 */
export function linearParameters(
  scope: Scope,
  { inputs, units, initialise = byInputs, trainable = true }: LinearSettings,
): { readonly weight: Tensor; readonly bias: Tensor } {
  const start = uniform(1 / Math.sqrt(Math.max(inputs, 1)))
  return {
    weight: scope.parameter('weight', [units, inputs], initialise, trainable),
    bias: scope.parameter('bias', [units], start, trainable),
  }
}

/**
 * A linear layer, `input W^T + b`: [..., inputs] to [..., units]. Parameters: those of
 * `linearParameters`, without `bias` if that is false.
 */
export function linear(
  scope: Scope,
  { bias = true, ...settings }: LinearSettings & { readonly bias?: boolean },
): Layer {
  if (bias) {
    const { weight, bias: offset } = linearParameters(scope, settings)
    return (input) => affine(input, weight, offset)
  }
  const { inputs, units, initialise = byInputs, trainable = true } = settings
  const weight = scope.parameter('weight', [units, inputs], initialise, trainable)
  return (input) => affine(input, weight)
}
