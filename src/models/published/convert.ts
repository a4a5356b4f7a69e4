/** Converts parameters between the layout of the authors' code and ours. */
import type { PublishedName } from '../define/model.js'

/** The index of each of our gates among the published ones. */
const publishedGate: Readonly<Record<'lstm' | 'gru', readonly number[]>> = {
  // ours: input, output, forget, cell; published: input, forget, cell, output
  lstm: [0, 3, 1, 2],
  // ours: update, reset, new; published: reset, update, new
  gru: [1, 0, 2],
}

/** Our layout of a parameter, from the published one. */
export function fromPublished(values: Float32Array, published: PublishedName): Float32Array {
  const { gates, transposedRows } = published
  const rows = transposedRows ? transposed(values, values.length / transposedRows) : values
  return gates ? reorderBlocks(rows, orderOf(gates)) : rows
}

/** The published layout of a parameter, from ours. */
export function toPublished(values: Float32Array, published: PublishedName): Float32Array {
  const { gates, transposedRows } = published
  const order = gates && orderOf(gates)
  const rows = order
    ? reorderBlocks(
        values,
        order.map((_, gate) => order.indexOf(gate)),
      )
    : values
  return transposedRows ? transposed(rows, transposedRows) : rows
}

function orderOf(gates: NonNullable<PublishedName['gates']>): readonly number[] {
  return typeof gates === 'string' ? publishedGate[gates] : gates
}

function reorderBlocks(values: Float32Array, order: readonly number[]): Float32Array {
  const block = values.length / order.length
  const result = new Float32Array(values.length)
  for (const [place, from] of order.entries()) {
    result.set(values.subarray(from * block, (from + 1) * block), place * block)
  }
  return result
}

/** The transpose of a matrix of `rows` rows. */
function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows
  return values.map((_, place) => {
    const [row, column] = [place % rows, Math.floor(place / rows)]
    return values[row * columns + column] ?? Number.NaN
  })
}
