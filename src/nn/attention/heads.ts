/** The heads of an attention: each has its share of the width. */
import {
  type Dimension,
  packedShape,
  reshape,
  type Shape,
  type Tensor,
  transpose,
} from '../../graph/index.js'
import type { Scope } from '../scope.js'

/** [batch, time, heads * width], head beside head, to [batch, heads, time, width]. */
export function splitHeads(input: Tensor, heads: number): Tensor {
  const [batch, time, width] = input.shape as [Dimension, Dimension, number]
  return transpose(reshape(input, [batch, time, heads, width / heads]), [0, 2, 1, 3])
}

/** [batch, heads, time, width] to [batch, time, heads * width], head beside head. */
export function joinHeads(input: Tensor): Tensor {
  const [batch, heads, time, width] = input.shape as [Dimension, number, Dimension, number]
  return reshape(transpose(input, [0, 2, 1, 3]), [batch, time, heads * width])
}

/**
 * Dropout on attention weights, as bits: the weights are too many for a number each.
 *
 * @param scores [batch, heads, queries, keys]
 * @returns what the attention operator takes; undefined where nothing is dropped
 */
export function weightDropout(
  { graph, training }: Scope,
  scores: Shape,
  probability: number,
): { readonly bits: Tensor; readonly probability: number } | undefined {
  if (!training || probability === 0) return undefined
  return { bits: graph.dropoutMask(packedShape(scores), probability, 'uint8'), probability }
}
