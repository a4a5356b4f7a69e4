/** Upper bounds of sizes that are known only at run time. */
import { termsOf } from './shape/dimension.js'
import {
  addDimensions,
  type Dimension,
  multiplyDimensions,
  resolveDimension,
  type Shape,
} from './shape/shape.js'
import type { Node } from './tensor.js'

/**
 * The upper bound of the number of elements that each `nonZero` finds: the number that it searches,
 * in dimensions whose sizes do not depend on values.
 *
 * @param order nodes, each after those it reads
 */
export function boundsOf(order: readonly Node[]): ReadonlyMap<string, Dimension> {
  const bounds = new Map<string, Dimension>()
  for (const { operator, inputs, outputs } of order) {
    const [input] = inputs
    const count = outputs[0]?.shape[0]
    if (operator.name !== 'nonZero' || !input || typeof count !== 'string') continue
    bounds.set(count, multiplyDimensions(boundedShape(input.shape, bounds)))
  }
  return bounds
}

/** A shape with bounds in place of sizes that are known only at run time. */
export function boundedShape(shape: Shape, bounds: ReadonlyMap<string, Dimension>): Shape {
  if (bounds.size === 0) return shape
  return shape.map((dimension) =>
    typeof dimension === 'string' && dimension.includes('#')
      ? bounded(dimension, bounds)
      : dimension,
  )
}

function bounded(dimension: string, bounds: ReadonlyMap<string, Dimension>): Dimension {
  return termsOf(dimension)
    .map(({ names, factor }) =>
      multiplyDimensions([...names.map((name) => bounds.get(name) ?? name), factor]),
    )
    .reduce<Dimension>(addDimensions, 0)
}

/** Known sizes, together with the upper bounds of those that are known only at run time. */
export function withBounds(
  sizes: ReadonlyMap<string, number>,
  order: readonly Node[],
): ReadonlyMap<string, number> {
  const all = new Map(sizes)
  for (const [name, bound] of boundsOf(order)) {
    const size = resolveDimension(bound, all)
    if (size !== undefined && !all.has(name)) all.set(name, size)
  }
  return all
}
