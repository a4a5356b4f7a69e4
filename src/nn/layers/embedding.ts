/** Tables of vectors, looked up by index. */
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
  /** How many rows the table has. */
  readonly count: number
  readonly width: number
  /** The index that stands for nothing: its vectors are zeros, and its row receives no gradient. */
  readonly padding?: number
  /** Keeps the table as it is while the rest learns. */
  readonly frozen?: boolean
  /** Default: the standard normal distribution, as in PyTorch. */
  readonly initialise?: Initialiser
}

/**
 * A table of vectors, looked up by index: int64 of any shape, each below `count`, to
 * [..., width]. Parameter: `weight` [count, width].
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
