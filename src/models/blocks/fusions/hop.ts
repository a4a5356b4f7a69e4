/** One hop of attention. */
import { squeeze, type Tensor, unsqueeze } from '../../../graph/index.js'
import { dotProductAttention, paddingMask } from '../../../nn/attention/attention.js'
import type { EncodedStates } from '../encoders/state-encoder.js'

/**
 * One hop: a query attends to the outputs of an encoder by plain dot products; padding is hidden.
 *
 * @param query [batch, hidden]
 * @returns `state`, the weighted sum of the outputs, [batch, hidden]; `weights` [batch, 1, keys]
 */
export function hop(
  query: Tensor,
  { outputs, lengths }: EncodedStates,
): { readonly state: Tensor; readonly weights: Tensor } {
  const attended = dotProductAttention(unsqueeze(query, 1), outputs, outputs, {
    scale: 1,
    mask: paddingMask(outputs, lengths),
  })
  return { state: squeeze(attended.outputs, 1), weights: attended.weights }
}
