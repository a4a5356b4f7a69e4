/**
 * Windowed attention by blocks of steps: the queries of a block meet the keys of their own and
 * neighbouring blocks, so memory grows with the time and not with its square.
 */
import {
  addDimensions,
  concat,
  type Dimension,
  floorDivideDimension,
  multiplyDimensions,
  pad,
  reshape,
  type Shape,
  subtractDimensions,
  type Tensor,
  transpose,
} from '../../graph/index.js'

/**
 * The offsets j - i that step i attends to, from the first (at most 0) to the last (at least 0).
 */
export interface Span {
  readonly first: number
  readonly last: number
}

/** How a sequence is cut into blocks. */
export interface Blocks {
  readonly time: Dimension
  /** Number of blocks; the last one may be partly filled. */
  readonly count: Dimension
  /** Steps per block. */
  readonly width: number
  /** How many blocks before and after its own a window reaches into. */
  readonly before: 0 | 1
  readonly after: 0 | 1
  /** Keys that the queries of a block meet. */
  readonly keys: number
}

/** Narrower products are too many to be fast. */
const narrowest = 4

/** Blocks as wide as the window, so that it reaches at most into the adjacent blocks. */
export function blocksOf(time: Dimension, { first, last }: Span): Blocks {
  const width = Math.max(-first, last, narrowest)
  const [before, after] = [first < 0 ? 1 : 0, last > 0 ? 1 : 0] as const
  const count = floorDivideDimension(addDimensions(time, width - 1), width)
  return { time, count, width, before, after, keys: (before + 1 + after) * width }
}

/**
 * The sizes around the two axes that are split or joined: those before the time, and the one after
 * it.
 */
function around(input: Tensor, axis: number): readonly [Shape, Shape] {
  return [input.shape.slice(0, axis), input.shape.slice(axis + 1)]
}

function padAxis(input: Tensor, axis: number, before: Dimension, after: Dimension): Tensor {
  const at = (size: Dimension) => input.shape.map((_, other) => (other === axis ? size : 0))
  return pad(input, at(before), at(after))
}

/**
 * Splits [..., time, width] into blocks of queries, [..., count, steps of a block, width]; zeros
 * fill the last.
 */
export function queryBlocks(input: Tensor, { time, count, width }: Blocks): Tensor {
  const axis = input.rank - 2
  const [lead, rest] = around(input, axis)
  const missing = subtractDimensions(multiplyDimensions([count, width]), time)
  return reshape(padAxis(input, axis, 0, missing), [...lead, count, width, ...rest])
}

/** [..., time, width] as the keys that each block meets, [..., count, keys, width]; zeros outside. */
export function keyBlocks(input: Tensor, blocks: Blocks): Tensor {
  const { before, after, count, keys } = blocks
  const axis = input.rank - 2
  const own = queryBlocks(input, blocks)
  const outer = padAxis(own, axis, before, after)
  const parts = Array.from({ length: before + 1 + after }, (_, place) =>
    padAxis(outer, axis, -place, place - before - after),
  )
  const [lead, rest] = around(input, axis)
  const [first = own, ...others] = parts
  return reshape(concat([first, ...others], axis + 1), [...lead, count, keys, ...rest])
}

/** [..., count, steps of a block, width] as a sequence again, [..., time, width]. */
export function joinBlocks(input: Tensor, { time, count, width }: Blocks): Tensor {
  const axis = input.rank - 3
  const whole = multiplyDimensions([count, width])
  const shape = [...input.shape.slice(0, axis), whole, input.size(-1)]
  return padAxis(reshape(input, shape), axis, 0, subtractDimensions(time, whole))
}

/**
 * Turns weights by block, [batch, heads, count, steps of a block, keys], into a matrix with zeros
 * outside the window, [batch, heads, time, time]; for display, since it takes the square of the
 * time.
 */
export function wholeMatrix(weights: Tensor, blocks: Blocks): Tensor {
  const { time, count, width, before, keys } = blocks
  const [batch, heads] = weights.axes('batch', 'heads', 'count', 'steps', 'keys')
  // Steps at the same position in their blocks form one matrix, whose rows advance by one block.
  const byPlace = reshape(transpose(weights, [0, 1, 3, 2, 4]), [
    multiplyDimensions([batch, heads, width]),
    count,
    keys,
  ])
  const moved = alongDiagonals(byPlace, { start: -before * width, columns: time, move: width })
  const rows = reshape(moved, [batch, heads, width, count, time])
  return joinBlocks(transpose(rows, [0, 1, 3, 2, 4]), blocks)
}

/**
 * Places element o of row i at column `start + i * move + o` of `columns`: [batch, rows, elements]
 * to [batch, rows, columns], zeros elsewhere; what falls outside is dropped.
 *
 * Rows padded by `move` elements and read back at the old width shift by that much each.
 */
export function alongDiagonals(
  rows: Tensor,
  {
    start,
    columns,
    move = 1,
  }: { readonly start: number; readonly columns: Dimension; readonly move?: number },
): Tensor {
  const [batch, count, elements] = rows.axes('batch', 'rows', 'elements')
  const moves = multiplyDimensions([count, move])
  const wide = addDimensions(addDimensions(elements, moves), -move)
  const longer = pad(rows, [0, 0, 0], [0, 0, moves])
  const flat = reshape(longer, [batch, multiplyDimensions([count, addDimensions(wide, move)])])
  const skewed = reshape(pad(flat, [0, 0], [0, subtractDimensions(0, moves)]), [batch, count, wide])
  const after = subtractDimensions(addDimensions(columns, -start), wide)
  return pad(skewed, [0, 0, start], [0, 0, after])
}
