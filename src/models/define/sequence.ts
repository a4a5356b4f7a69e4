/** Sequences inside a model. */
import type { Tensor } from '../../graph/index.js'

/** A sequence, with its true lengths where padding is hidden. */
export interface Sequence {
  /** [batch, time, width] */
  readonly steps: Tensor
  /** int64 [batch]; without lengths, all steps are valid */
  readonly lengths?: Tensor | undefined
}

/** A sequence of known lengths. */
export interface MeasuredSequence extends Sequence {
  readonly lengths: Tensor
}
