/** Splits and joins attention heads: each has its share of the width. */
import { packedShape, reshape, type Shape, type Tensor, transpose } from '../../graph/index.js'
import type { Scope } from '../scope.js'

/** [batch, time, heads * width], heads side by side, to [batch, heads, time, width]. */
export function splitHeads(input: Tensor, heads: number): Tensor {
  const [batch, time] = input.axes('batch', 'time', 'width')
  const width = input.fixedSize(2) / heads
  return transpose(reshape(input, [batch, time, heads, width]), [0, 2, 1, 3])
}

/** [batch, heads, time, width] to [batch, time, heads * width], heads side by side. */
export function joinHeads(input: Tensor): Tensor {
  const [batch, , time] = input.axes('batch', 'heads', 'time', 'width')
  const width = input.fixedSize(1) * input.fixedSize(3)
  return reshape(transpose(input, [0, 2, 1, 3]), [batch, time, width])
}

/**
 * Dropout on attention weights, as bits: there are too many weights for one number each.
 *
 * @param scores [batch, heads, queries, keys]
 * @returns the `drop` operand of the attention operator; undefined without dropout
 */
export function weightDropout(
  { graph, training }: Scope,
  scores: Shape,
  probability: number,
): { readonly bits: Tensor; readonly probability: number } | undefined {
  if (!training || probability === 0) return undefined
  return { bits: graph.dropoutMask(packedShape(scores), probability, 'uint8'), probability }
}
