/** Clipping of gradients, by value and by norm. */
import {
  add,
  divide,
  maximum,
  minimum,
  multiply,
  reduceSum,
  sqrt,
  square,
  type Tensor,
} from '../../graph/index.js'

export interface ClippingSettings {
  /** The largest absolute value of an element of a gradient; default: none. */
  readonly clipValue?: number
  /** The largest global norm of the gradients; default: none. */
  readonly clipNorm?: number
}

/** Clips gradients by value, then what remains by norm; without either setting they stay. */
export function clip(
  gradients: readonly Tensor[],
  { clipValue, clipNorm }: ClippingSettings,
): readonly Tensor[] {
  const held = clipValue === undefined ? gradients : clipByValue(gradients, clipValue)
  return clipNorm === undefined ? held : clipByGlobalNorm(held, clipNorm)
}

/**
 * Limits each element to between `-limit` and `limit`, as PyTorch's `clip_grad_value_` does.
 */
function clipByValue(gradients: readonly Tensor[], limit: number): Tensor[] {
  return gradients.map((gradient) => maximum(minimum(gradient, limit), -limit))
}

/**
 * Scales gradients so that their global L2 norm is at most `limit`, as PyTorch's `clip_grad_norm_`
 * does.
 */
export function clipByGlobalNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  const [first, ...others] = gradients.map((gradient) => reduceSum(square(gradient)))
  if (!first) return []
  const norm = sqrt(others.reduce((total, part) => add(total, part), first))
  const scale = minimum(divide(norm.graph.scalar(limit), add(norm, 1e-6)), 1)
  return gradients.map((gradient) => multiply(gradient, scale))
}
