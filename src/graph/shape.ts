/**
 * Dimensions, shapes and data types.
 *
 * A dimension is a number or a name. A name stands for a size that is known only when the graph
 * runs (`batch`, `time`); equal names mean equal sizes. Derived dimensions are named after how
 * they arise (`time+1`), so that padding and slicing back again gives the first name again.
 */

export type DataType = 'float32' | 'float64' | 'int64' | 'int32' | 'bool'
export type Dimension = number | string
export type Shape = readonly Dimension[]

export const numericTypes: readonly DataType[] = ['float32', 'float64', 'int64', 'int32']

/** What is known of a tensor before anything runs. */
export interface TensorType {
  readonly dataType: DataType
  readonly shape: Shape
}

export function isFloating(dataType: DataType): boolean {
  return dataType === 'float32' || dataType === 'float64'
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis])
}

/** The sum of two dimensions; of a name and a number, a name such as `time+1`. */
export function addDimensions(left: Dimension, right: Dimension): Dimension {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  if (left === 0) return right
  if (right === 0) return left
  if (typeof left === 'number') return addDimensions(right, left)
  if (typeof right === 'string') return `(${[left, right].sort().join(')+(')})`
  const [, name = left, offset = '0'] = /^(.*?)([+-]\d+)?$/.exec(left) ?? []
  const sum = Number(offset) + right
  if (sum === 0) return name
  return `${name}${sum > 0 ? '+' : ''}${sum}`
}

/** The factors of a product of dimensions, names sorted after the number. */
function factorise(shape: Shape): { readonly factor: number; readonly names: readonly string[] } {
  let factor = 1
  const names: string[] = []
  for (const size of shape) {
    for (const part of typeof size === 'number' ? [size] : splitProduct(size)) {
      if (typeof part === 'number') factor *= part
      else names.push(part)
    }
  }
  return { factor, names: names.sort() }
}

/** `batch*time*4` as its parts; parts in parentheses stay whole. */
function splitProduct(name: string): Dimension[] {
  const parts = name.match(/(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^*()])+/g) ?? [name]
  return parts.map((part) => {
    const bare = /^\((.*)\)$/.exec(part)?.[1] ?? part
    return /^\d+$/.test(bare) ? Number(bare) : bare
  })
}

/** The product of the dimensions: a number where all are, otherwise a name such as `batch*time`. */
export function multiplyDimensions(shape: Shape): Dimension {
  const { factor, names } = factorise(shape)
  if (names.length === 0 || factor === 0) return factor
  if (names.length === 1 && factor === 1) return names[0] as string
  const parts = names.map((name) => (/[+-]/.test(name) ? `(${name})` : name))
  return (factor === 1 ? parts : [...parts, factor]).join('*')
}

/**
 * The shape of an elementwise result after NumPy's broadcasting rule, or undefined where the two
 * do not go together. A name goes together with itself and with 1, never with another number.
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

/** An axis counted from the front, given one that may be counted from the end (-1 is the last). */
export function normaliseAxis(axis: number, rank: number): number | undefined {
  const normal = axis < 0 ? axis + rank : axis
  return Number.isInteger(axis) && normal >= 0 && normal < rank ? normal : undefined
}

/**
 * How a derived dimension comes about: a product of others, or another one shifted by a number.
 * Undefined for a plain name.
 */
export function derivation(
  name: string,
): { readonly product: Shape } | { readonly base: string; readonly offset: number } | undefined {
  const parts = splitProduct(name)
  if (parts.length > 1) return { product: parts }
  const [, base, offset] = /^(.+?)([+-]\d+)$/.exec(name) ?? []
  return base === undefined ? undefined : { base, offset: Number(offset) }
}

/** The size in numbers, given what the plain names stand for; undefined where one is not known. */
export function resolveDimension(
  size: Dimension,
  names: ReadonlyMap<string, number>,
): number | undefined {
  if (typeof size === 'number') return size
  const known = names.get(size)
  if (known !== undefined) return known
  const derived = derivation(size)
  if (!derived) return undefined
  if ('product' in derived) {
    return derived.product.reduce<number | undefined>((product, factor) => {
      const value = resolveDimension(factor, names)
      return product === undefined || value === undefined ? undefined : product * value
    }, 1)
  }
  const base = resolveDimension(derived.base, names)
  return base === undefined ? undefined : base + derived.offset
}
