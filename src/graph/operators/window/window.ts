/** What convolutions and poolings share: windows that slide over the last axes of a tensor. */
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

/** How windows slide; a number for each axis. */
export interface Sliding {
  readonly stride: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: Padding
}

/** How windows slide over channels in groups that do not see each other. */
export interface WindowsInGroups extends Sliding {
  readonly groups: number
}

/** What people give: see `sliding`. */
export interface SlidingOptions {
  /** Steps from window to window; 1 unless given. */
  readonly stride?: PerAxis
  /** Zeros at both ends of each axis, or different numbers before and after; 0 unless given. */
  readonly padding?: PerAxis | Padding
  /** Steps from element to element within a window; 1 unless given. */
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

/** How many elements of an axis a dilated window spans. */
export function windowSpan(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1
}

/** How many windows fit on each axis; undefined where not even one does. */
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

/** The ONNX attributes of windows. */
export function slidingAttributes({ stride, dilation, padding }: Sliding): OnnxAttributes {
  return {
    strides: ints(stride),
    // Old runtimes take the attribute for no average.
    ...(dilation.some((step) => step !== 1) && { dilations: ints(dilation) }),
    pads: ints([...padding.before, ...padding.after]),
  }
}
