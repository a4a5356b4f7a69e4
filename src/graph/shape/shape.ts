/**
 * Shapes and data types.
 *
 * A dimension is a number or a name. A name stands for a size that is known only at run time
 * (`batch`, `time`); equal names mean equal sizes. Derived dimensions are named after their origin
 * (`time+1`), so that padding and slicing back restores the first name.
 */
import type { Dimension } from './dimension.js'

export {
  addDimensions,
  type Dimension,
  floorDivideDimension,
  multiplyDimensions,
  resolveDimension,
  subtractDimensions,
} from './dimension.js'

export type DataType = 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool'
export type Shape = readonly Dimension[]

/** The types that arithmetic accepts. */
export const numericTypes: readonly DataType[] = ['float32', 'float64', 'int64', 'int32']

/** The type of a tensor: what is known before anything runs. */
export interface TensorType {
  readonly dataType: DataType
  readonly shape: Shape
}

/** Whether gradients pass through tensors of this type. */
export function isFloating(dataType: DataType): boolean {
  return dataType === 'float32' || dataType === 'float64'
}

/** A shape as messages show it, such as `[batch, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** The number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Whether two shapes have the same sizes; named sizes are the same only if their names are equal. */
export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis])
}

/**
 * The shape of an elementwise result by NumPy's broadcasting rule, or undefined if the two are
 * incompatible. A name is compatible with itself and with 1, but with no other number.
 */
export function broadcastShapes(left: Shape, right: Shape): Shape | undefined {
  const rank = Math.max(left.length, right.length)
  const result: Dimension[] = []
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1
    const b = right[axis - rank + right.length] ?? 1
    if (a !== b && a !== 1 && b !== 1) return undefined
    result.push(a === 1 ? b : a)
  }
  return result
}

/** An axis counted from the front, given one that may be negative (-1 is the last). */
export function normaliseAxis(axis: number, rank: number): number | undefined {
  const normal = axis < 0 ? axis + rank : axis
  return Number.isInteger(axis) && normal >= 0 && normal < rank ? normal : undefined
}
