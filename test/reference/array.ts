/** Arrays of the reference interpreter: a shape and numbers in row-major order; booleans are 0 and 1. */
export interface NdArray {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export type Place = readonly number[]

export function elementCount(shape: readonly number[]): number {
  let count = 1
  for (const size of shape) count *= size
  return count
}

/** Every place of an array, the last axis fastest. */
export function places(shape: readonly number[]): Place[] {
  let list: number[][] = [[]]
  for (const size of shape) {
    const longer: number[][] = []
    for (const place of list) for (let i = 0; i < size; i++) longer.push([...place, i])
    list = longer
  }
  return list
}

export function offsetOf(shape: readonly number[], place: Place): number {
  let offset = 0
  for (let axis = 0; axis < shape.length; axis++) {
    const [size, index] = [shape[axis] as number, place[axis] as number]
    if (!(index >= 0 && index < size)) {
      throw new Error(`place [${place}] is outside the shape [${shape}]`)
    }
    offset = offset * size + index
  }
  return offset
}

export function at(array: NdArray, place: Place): number {
  return array.data[offsetOf(array.shape, place)] as number
}

/** The array whose element at each place is `value(place)`. */
export function build(shape: readonly number[], value: (place: Place) => number): NdArray {
  return { shape, data: places(shape).map(value) }
}

/** An array that is filled piece by piece. */
export class Accumulator {
  readonly data: number[]

  constructor(
    readonly shape: readonly number[],
    start: readonly number[] = Array<number>(elementCount(shape)).fill(0),
  ) {
    this.data = [...start]
  }

  add(place: Place, value: number): void {
    const offset = offsetOf(this.shape, place)
    this.data[offset] = (this.data[offset] as number) + value
  }

  set(place: Place, value: number): void {
    this.data[offsetOf(this.shape, place)] = value
  }
}

/** An element of an array that stretches over a larger shape: axes of size 1 and missing ones repeat. */
export function stretched(array: NdArray, place: Place): number {
  const missing = place.length - array.shape.length
  return at(
    array,
    array.shape.map((size, axis) => (size === 1 ? 0 : (place[axis + missing] as number))),
  )
}

export function stretchedShape(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1
      if (own === 1) continue
      if (size !== 1 && size !== own) throw new Error(`shapes ${shapes.join(' and ')} differ`)
      size = own
    }
    return size
  })
}

export function replaced(place: Place, axis: number, index: number): number[] {
  return place.map((old, other) => (other === axis ? index : old))
}

export function without(place: Place, axis: number): number[] {
  return place.filter((_, other) => other !== axis)
}
