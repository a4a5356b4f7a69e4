/** Converts parameters between the layout of the authors' code and ours. */
import type { PublishedName } from '../define/model.js'

/** Where each of our gates stands among the published ones. */
const publishedGate: Readonly<Record<'lstm' | 'gru', readonly number[]>> = {
  // ours: input, output, forget, cell; published: input, forget, cell, output
  lstm: [0, 3, 1, 2],
  // ours: update, reset, new; published: reset, update, new
  gru: [1, 0, 2],
}

/** Our layout of a parameter, from the published one. */
export function fromPublished(values: Float32Array, { gates }: PublishedName): Float32Array {
  if (!gates) return values
  return reorderBlocks(values, publishedGate[gates])
}

/** The published layout of a parameter, from ours. */
export function toPublished(values: Float32Array, { gates }: PublishedName): Float32Array {
  if (!gates) return values
  const order = publishedGate[gates]
  return reorderBlocks(
    values,
    order.map((_, gate) => order.indexOf(gate)),
  )
}

function reorderBlocks(values: Float32Array, order: readonly number[]): Float32Array {
  const block = values.length / order.length
  const result = new Float32Array(values.length)
  for (const [place, from] of order.entries()) {
    result.set(values.subarray(from * block, (from + 1) * block), place * block)
  }
  return result
}
