/** What convolution and pooling share: windows that slide over the last axes of a tensor. */
import { LimbicError } from '../../../base/errors.js'
import { ints, type OnnxAttributes } from '../../onnx/attributes.js'
import {
  addDimensions,
  type Dimension,
  floorDivideDimension,
  type Shape,
} from '../../shape/shape.js'

/** One number for all axes, or one for each. */
export type PerAxis = number | readonly number[]

/** Zeros added before and after each axis. */
export interface Padding {
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/** How windows slide, with a number for each axis. */
export interface Sliding {
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: Padding
}

/** How windows slide over independent groups of channels. */
export interface WindowsInGroups extends Sliding {
  readonly groups: number
}

/** Options as callers give them; see `sliding`. */
export interface SlidingOptions {
  /** The distance between windows; by default 1. */
  readonly stride?: PerAxis
  /** Zeros at both ends of each axis, or separate numbers before and after; by default 0. */
  readonly padding?: PerAxis | Padding
  /** The distance between elements of a window; by default 1. */
  readonly dilation?: PerAxis
}

/** Options as a number for each of `rank` axes. */
export function sliding(
  { stride = 1, padding = 0, dilation = 1 }: SlidingOptions,
  rank: number,
  operator: string,
): Sliding {
  const explicit = typeof padding === 'object' && 'before' in padding
  return {
    stride: perAxis(stride, rank, 1, `${operator}, stride`),
    dilation: perAxis(dilation, rank, 1, `${operator}, dilation`),
    padding: {
      before: perAxis(explicit ? padding.before : padding, rank, 0, `${operator}, padding`),
      after: perAxis(explicit ? padding.after : padding, rank, 0, `${operator}, padding`),
    },
  }
}

/** `value` for each of `rank` axes, all whole numbers of at least `least`. */
export function perAxis(
  value: PerAxis,
  rank: number,
  least: number,
  where: string,
): readonly number[] {
  const list = typeof value === 'number' ? Array<number>(rank).fill(value) : value
  if (list.length !== rank || list.some((one) => !Number.isInteger(one) || one < least)) {
    throw new LimbicError('invalid window setting', {
      where: `operator ${where}`,
      expected: `${rank} whole number(s) of at least ${least}`,
      got: `[${list.join(', ')}]`,
    })
  }
  return list
}

/** The number of elements that a dilated window spans. */
export function windowSpan(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1
}

/** The number of windows that fit on each axis; undefined if not even one fits. */
export function windowCounts(
  sizes: Shape,
  kernel: readonly number[],
  { stride, dilation, padding }: Sliding,
): Shape | undefined {
  const counts: Dimension[] = []
  for (const [axis, size] of sizes.entries()) {
    const [before = 0, after = 0] = [padding.before[axis], padding.after[axis]]
    const span = windowSpan(kernel[axis] ?? 1, dilation[axis] ?? 1)
    const room = addDimensions(size, before + after - span)
    if (typeof room === 'number' && room < 0) return undefined
    counts.push(addDimensions(floorDivideDimension(room, stride[axis] ?? 1), 1))
  }
  return counts
}

/** The windows as ONNX attributes. */
export function slidingAttributes({ stride, dilation, padding }: Sliding): OnnxAttributes {
  return {
    strides: ints(stride),
    // Old runtimes do not know this attribute for averages.
    ...(dilation.some((step) => step !== 1) && { dilations: ints(dilation) }),
    pads: ints([...padding.before, ...padding.after]),
  }
}
