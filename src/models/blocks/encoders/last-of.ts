/** Reduces a sequence to one vector with a recurrent layer. */
import type { Tensor } from '../../../graph/index.js'
import { lastStep } from '../../../nn/layers/steps.js'
import type { RecurrentLayer } from '../../../nn/recurrent/recurrent.js'

/** Two choices in which published codes differ. */
export interface Reading {
  /** The output at the last step, or the final state of each direction. */
  readonly readout: 'step' | 'states'
  /** Whether the layer also runs over the padding, and its last step is read. */
  readonly padding: 'hidden' | 'seen'
}

/**
 * One vector for a sequence: [batch, time, inputs] to [batch, width of the layer].
 *
 * In a bidirectional layer the backward direction has read one step at the last step, and all of
 * them in its state.
 *
 * @param lengths int64 [batch]
 */
export function lastOf(
  layer: RecurrentLayer,
  sequence: Tensor,
  lengths: Tensor,
  { readout, padding }: Reading,
): Tensor {
  const known = padding === 'hidden' ? lengths : undefined
  const { outputs, last } = layer(sequence, known)
  return readout === 'states' ? last : lastStep(outputs, known)
}
