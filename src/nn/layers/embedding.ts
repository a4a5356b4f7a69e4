/** Embedding tables. */
import {
  cast,
  equal,
  gather,
  type Initialiser,
  multiply,
  not,
  type Tensor,
  unsqueeze,
} from '../../graph/index.js'
import { normal, withZeroRow } from '../initialise.js'
import type { Layer, Scope } from '../scope.js'

export interface EmbeddingSettings {
  /** Number of rows. */
  readonly count: number
  readonly width: number
  /** The padding index: its vectors are zeros, and its row gets no gradient. */
  readonly padding?: number
  /** Freezes the table. */
  readonly frozen?: boolean
  /** Default: the standard normal distribution, as in PyTorch. */
  readonly initialise?: Initialiser
}

/**
 * An embedding table: int64 indices of any shape, each below `count`, to [..., width]. Parameter:
 * `weight` [count, width].
 */
export function embedding(
  scope: Scope,
  { count, width, padding, frozen = false, initialise = normal() }: EmbeddingSettings,
): Layer {
  const start = padding === undefined ? initialise : withZeroRow(initialise, padding)
  const weight = scope.parameter('weight', [count, width], start, !frozen)
  return (indices: Tensor) => {
    const vectors = gather(weight, indices)
    if (padding === undefined) return vectors
    const isNothing = equal(indices, padding)
    return multiply(vectors, unsqueeze(cast(not(isNothing), vectors.dataType), -1))
  }
}
