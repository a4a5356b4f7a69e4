/** The transformer that reads the sequence of frames or chunks. */
import { add, slice, squeeze, type Tensor } from '../../graph/index.js'
import { transformer } from '../../nn/attention/transformer.js'
import { sinusoidalPositions } from '../../nn/layers/positions.js'
import type { Scope } from '../../nn/scope.js'
import { classToken } from '../blocks/encoders/class-token.js'

export interface SequenceSettings {
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly feedForward: number
  readonly dropout: number
  /**
   * Positions added to the class token (position 0) and the steps; the published code adds none.
   */
  readonly positions: 'sinusoidal' | 'none'
}

/**
 * A transformer that is read at a class token before the steps (the MESM document, section 4.2):
 * post-norm layers as in PyTorch, without a final norm. Parameters: `class_token.weight` and
 * `encoder.layers.<k>`.
 *
 * @returns a function of steps [batch, time, width] and int64 lengths [batch] to `token`
 * [batch, width] and `weights`, each layer's attention [batch, heads, time + 1, time + 1], with the
 * token first
 */
export function sequenceTransformer(
  scope: Scope,
  { positions, ...settings }: SequenceSettings,
): (
  steps: Tensor,
  lengths: Tensor,
) => {
  readonly token: Tensor
  readonly weights: readonly Tensor[]
} {
  const begin = classToken(scope.child('class_token'), settings.width)
  const encode = transformer(scope.child('encoder'), settings)
  return (steps, lengths) => {
    const begun = begin(steps)
    const input = positions === 'none' ? begun : add(begun, sinusoidalPositions(begun))
    const { outputs, weights } = encode({ input, lengths: add(lengths, 1) })
    return { token: squeeze(slice(outputs, 1, 0, 1), 1), weights }
  }
}
