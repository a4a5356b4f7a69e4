/**
 * The active positions of maps: their numbers, their neighbours, and the positions after 2 x 2
 * pooling.
 */
import {
  add,
  cast,
  cumulativeSum,
  divide,
  gather,
  greater,
  maxPool,
  multiply,
  multiplyDimensions,
  nonZero,
  pad,
  reduceSum,
  reshape,
  squeeze,
  type Tensor,
  takeRows,
  transpose,
  unsqueeze,
} from '../../graph/index.js'

/** Active positions of maps, numbered from 1 in row-major order: by map, row and column. */
export interface ActivePositions {
  /** bool [maps, rows, columns] */
  readonly mask: Tensor
  /** int64 [active, 3]: map, row and column of each */
  readonly places: Tensor
  /** int64 [maps, rows, columns]: the number of each active position, 0 elsewhere */
  readonly numbers: Tensor
}

/**
 * The positions at which a mask is true.
 *
 * @param mask bool [maps, rows, columns], with fixed numbers of rows and columns
 */
export function activePositions(mask: Tensor): ActivePositions {
  const whole = cast(mask, 'int64')
  const flat = flattened(whole)
  const numbers = reshape(multiply(cumulativeSum(flat, 0), flat), mask.shape)
  return { mask, places: nonZero(whole), numbers }
}

/** All elements of a tensor as one axis. */
function flattened(tensor: Tensor): Tensor {
  return reshape(tensor, [multiplyDimensions(tensor.shape)])
}

/**
 * The offset of each position, int64 [active, 3], in maps with the given numbers of rows and
 * columns.
 */
function offsetsIn(places: Tensor, rows: number, columns: number): Tensor {
  const strides = places.graph.constant([rows * columns, columns, 1], [1, 3], 'int64')
  return reduceSum(multiply(places, strides), [1])
}

function sizesOf({ numbers }: ActivePositions): readonly [rows: number, columns: number] {
  return [numbers.fixedSize(1), numbers.fixedSize(2)]
}

/** The offset of each active position among all positions of all maps, int64 [active]. */
export function offsetsOf(active: ActivePositions): Tensor {
  return offsetsIn(active.places, ...sizesOf(active))
}

/** The numbers at the given steps from each offset: [offsets, steps]. */
function numbersAround(numbers: Tensor, offsets: Tensor, steps: readonly number[]): Tensor {
  const around = numbers.graph.constant(steps, [1, steps.length], 'int64')
  return gather(flattened(numbers), add(unsqueeze(offsets, 1), around))
}

/**
 * The numbers of the positions in the 3 x 3 window around each active one, row by row, 0 for
 * inactive ones: int64 [active, 9], as `neighbourConvolution` takes them.
 */
export function neighboursOf(active: ActivePositions): Tensor {
  const [rows, columns] = sizesOf(active)
  const framed = pad(active.numbers, [0, 1, 1], [0, 1, 1])
  const wide = columns + 2
  const corners = offsetsIn(active.places, rows + 2, wide)
  const steps = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => row * wide + column))
  return numbersAround(framed, corners, steps)
}

export interface HalvedPositions {
  readonly active: ActivePositions
  /** int64 [active after, 4]: the positions before that each one pools, 0 for inactive ones */
  readonly windows: Tensor
  /** int64 [active before]: the position after that each one is pooled into */
  readonly parents: Tensor
}

/**
 * Positions after 2 x 2 max-pooling: active where any of the four is. The numbers of rows and
 * columns must be even.
 */
export function halved(active: ActivePositions): HalvedPositions {
  const [rows, columns] = sizesOf(active)
  const pooled = maxPool(unsqueeze(cast(active.mask, 'float32'), 1), { kernel: 2 })
  const after = activePositions(squeeze(greater(pooled, 0), 1))
  const { graph } = active.places
  const doubled = multiply(after.places, graph.constant([1, 2, 2], [1, 3], 'int64'))
  const corners = offsetsIn(doubled, rows, columns)
  const windows = numbersAround(active.numbers, corners, [0, 1, columns, columns + 1])
  const half = divide(active.places, graph.constant([1, 2, 2], [1, 3], 'int64'))
  const parents = gather(flattened(after.numbers), offsetsIn(half, rows / 2, columns / 2))
  return { active: after, windows, parents }
}

/** Maps as rows, one for each position: [maps, channels, rows, columns] to [maps * rows * columns, channels]. */
export function rowsOf(maps: Tensor): Tensor {
  const [count, channels, rows, columns] = maps.axes('maps', 'channels', 'rows', 'columns')
  const size = multiplyDimensions([count, rows, columns])
  return reshape(transpose(maps, [0, 2, 3, 1]), [size, channels])
}

/** Selects the rows of active positions from the rows of all positions: [active, channels]. */
export function atActive(rows: Tensor, active: ActivePositions): Tensor {
  return takeRows(rows, add(offsetsOf(active), 1), flattened(active.numbers))
}

/**
 * Selects the rows of some active positions from the rows of more.
 *
 * @param before the positions that `rows` holds, one row each
 * @param after some of these positions
 */
export function narrowed(rows: Tensor, before: ActivePositions, after: ActivePositions): Tensor {
  const from = gather(flattened(before.numbers), offsetsOf(after))
  const back = gather(flattened(after.numbers), offsetsOf(before))
  return takeRows(rows, from, back)
}

/**
 * Rows for all positions, zeros where inactive, from the rows of active ones:
 * [maps * rows * columns, channels].
 */
export function spread(rows: Tensor, active: ActivePositions): Tensor {
  return takeRows(rows, flattened(active.numbers), add(offsetsOf(active), 1))
}

/** The same as maps, [maps, channels, rows, columns]. */
export function spreadMaps(rows: Tensor, active: ActivePositions): Tensor {
  const [maps, height, width] = active.numbers.axes('maps', 'rows', 'columns')
  const last = reshape(spread(rows, active), [maps, height, width, rows.size(1)])
  return transpose(last, [0, 3, 1, 2])
}

/**
 * The number of pairs of an active position and an active neighbour, counting itself: an int64
 * scalar.
 */
export function pairsOf(neighbours: Tensor): Tensor {
  return reduceSum(cast(greater(neighbours, 0), 'int64'))
}
