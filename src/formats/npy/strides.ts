/** Arrays whose elements are not stored in C order: transposed arrays, and tensors with strides. */
import { LimbicError } from '../../base/errors.js'
import type { ByteSource } from './bytes.js'

/** The largest array that is reordered in memory because its samples are not contiguous. */
const largestTurned = 1 << 30

/**
 * The order of an array's elements in its bytes: last axis fastest (`C`), first axis fastest (`F`),
 * or by strides, in elements, from an offset.
 */
export type ArrayLayout =
  | 'C'
  | 'F'
  | { readonly strides: readonly number[]; readonly offset: number }

interface Strides {
  readonly strides: readonly number[]
  readonly offset: number
}

function stridesOf(shape: readonly number[], layout: ArrayLayout): Strides {
  if (layout === 'C') return { strides: rowStrides(shape), offset: 0 }
  if (layout === 'F') return { strides: rowStrides([...shape].reverse()).reverse(), offset: 0 }
  return layout
}

/** Whether strides are those of C order, along every axis that has more than one element. */
function isRowOrder(shape: readonly number[], strides: readonly number[]): boolean {
  const plain = rowStrides(shape)
  return shape.every((extent, axis) => extent <= 1 || strides[axis] === plain[axis])
}

/** The strides of C order, in elements. */
export function rowStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 0) * (shape[axis + 1] ?? 0)
  }
  return strides
}

/** The number of elements, from the first byte on, that a strided array spans. */
export function span(shape: readonly number[], { strides, offset }: Strides): number {
  if (shape.includes(0)) return 0
  return shape.reduce((sum, extent, axis) => sum + (extent - 1) * (strides[axis] ?? 0), offset + 1)
}

/**
 * The elements of an array in C order.
 *
 * If samples are contiguous and only the elements within each are in another order, one sample is
 * reordered at a time, so that files may be larger than memory; otherwise the whole array is
 * reordered on first read.
 *
 * @param width bytes per element
 */
export function inRowOrder(
  bytes: ByteSource,
  shape: readonly number[],
  width: number,
  layout: ArrayLayout,
  where: string,
): ByteSource {
  if (layout === 'C' || shape.includes(0)) return bytes
  const { strides, offset } = stridesOf(shape, layout)
  if (isRowOrder(shape, strides)) {
    const length = shape.reduce((product, extent) => product * extent, width)
    const read = (position: number, target: Uint8Array) =>
      bytes.read(offset * width + position, target)
    return { length, read }
  }
  const [samples = 1, ...inner] = shape
  const [apart = 0, ...innerStrides] = strides
  const reach = span(inner, { strides: innerStrides, offset: 0 })
  const whole = shape.length < 2 || apart < reach
  const [rows, rowShape, rowStride] = whole ? [1, shape, 0] : [samples, inner, apart]
  const stretch: Strides = { strides: whole ? strides : innerStrides, offset: 0 }
  const length = rowShape.reduce((product, extent) => product * extent, width)
  let held = -1
  let turned: Uint8Array = new Uint8Array(0)
  const hold = (row: number) => {
    if (held === row) return
    if (length > largestTurned) throw tooLarge(length, where)
    const first = (offset + row * rowStride) * width
    const from = new Uint8Array(span(rowShape, stretch) * width)
    bytes.read(first, from)
    turned = toRowOrder(from, rowShape, width, stretch.strides)
    held = row
  }
  return {
    length: rows * length,
    read(position, target) {
      for (let done = 0; done < target.length; ) {
        const row = Math.floor((position + done) / length)
        hold(row)
        const from = position + done - row * length
        const part = turned.subarray(from, from + target.length - done)
        target.set(part, done)
        done += part.length
      }
    },
  }
}

function tooLarge(length: number, where: string): LimbicError {
  return new LimbicError(
    'an array with its own order of elements is too large to be reordered in memory',
    {
      where,
      expected: `at most ${largestTurned} bytes`,
      got: `${length}`,
      hint: 'Save it with numpy.ascontiguousarray, or as a contiguous tensor',
    },
  )
}

/** Copies elements by their strides, last axis fastest. */
function toRowOrder(
  from: Uint8Array,
  shape: readonly number[],
  width: number,
  strides: readonly number[],
): Uint8Array {
  const to = new Uint8Array(shape.reduce((product, extent) => product * extent, width))
  const position = new Array<number>(shape.length).fill(0)
  let at = 0
  for (let done = 0; done < to.length; done += width) {
    for (let byte = 0; byte < width; byte++) to[done + byte] = from[at + byte] ?? 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1
      const stride = (strides[axis] ?? 0) * width
      at += stride
      if (next < (shape[axis] ?? 0)) {
        position[axis] = next
        break
      }
      position[axis] = 0
      at -= next * stride
    }
  }
  return to
}
