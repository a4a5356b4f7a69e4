/** Lowers the two gradients of a convolution to ONNX's operators. */
import { flag, int, ints } from '../../onnx/attributes.js'
import {
  addDimensions,
  type Dimension,
  elementCount,
  multiplyDimensions,
  type Shape,
  subtractDimensions,
} from '../../shape/shape.js'
import type { OnnxTarget, Tensor } from '../../tensor.js'
import { slidingAttributes, type WindowsInGroups, windowSpan } from './window.js'

/** The number of elements of an axis that some windows cover together. */
function coveredBy(
  windows: Dimension,
  kernel: number,
  stride: number,
  dilation: number,
): Dimension {
  const steps = Array<Dimension>(stride).fill(addDimensions(windows, -1))
  return steps.reduce(addDimensions, windowSpan(kernel, dilation))
}

/** The number of elements at the end of each axis that no window covers. */
function leftOver(
  windows: Shape,
  kernel: readonly number[],
  { shape, padding, stride, dilation }: WindowsInGroups & { readonly shape: Shape },
) {
  return shape.slice(2).map((size, axis) => {
    const [before = 0, after = 0] = [padding.before[axis], padding.after[axis]]
    const covered = coveredBy(
      windows[axis] ?? 1,
      kernel[axis] ?? 1,
      stride[axis] ?? 1,
      dilation[axis] ?? 1,
    )
    return { before, after, rest: subtractDimensions(addDimensions(size, before + after), covered) }
  })
}

/** The gradient of the input: ONNX's transposed convolution. */
export function lowerInputGradient(
  gradient: Tensor,
  weight: Tensor,
  output: Tensor,
  attributes: WindowsInGroups & { readonly shape: Shape },
  onnx: OnnxTarget,
): void {
  const operands = onnx.values([gradient, weight])
  const group = int(attributes.groups)
  const kernel = weight.shape.slice(2).map(Number)
  const left = leftOver(gradient.shape.slice(2), kernel, attributes)
  if (left.every(({ rest }) => typeof rest === 'number')) {
    const rests = ints(left.map(({ rest }) => Number(rest)))
    const how = { ...slidingAttributes(attributes), group, output_padding: rests }
    onnx.write([output], 'ConvTranspose', operands, how)
    return
  }
  // The uncovered rest depends on a named size: computes the covered part, then crops and pads it.
  const whole = onnx.emit('ConvTranspose', operands, {
    strides: ints(attributes.stride),
    dilations: ints(attributes.dilation),
    group,
  })
  const first = left.map(({ before }) => -before)
  const last = left.map(({ after, rest }) => subtractDimensions(rest, after))
  const ends = onnx.sizes([0, 0, ...first, 0, 0, ...last])
  onnx.write([output], 'Pad', [whole, ends, onnx.constant('float32', [], [0])])
}

type WeightGradient = WindowsInGroups & { readonly shape: readonly number[] }

/**
 * The gradient of the weight. Where an image has no more windows than there are filters, its product
 * would write more than it reads: one product over all images is up to twice as fast.
 */
export function lowerWeightGradient(
  input: Tensor,
  gradient: Tensor,
  output: Tensor,
  attributes: WeightGradient,
  onnx: OnnxTarget,
): void {
  const { groups, shape } = attributes
  const [filters = 0] = shape
  const windows = gradient.shape.slice(2)
  const padded = paddedShape(input.shape.slice(2), attributes.padding)
  const last = channelsLast(input, padded, attributes, onnx)
  const [counts, sizes] = [knownSizes(windows), knownSizes(padded)]
  const isAtOnce = groups === 1 && counts && sizes && elementCount(counts) <= filters
  const gathered = isAtOnce
    ? overAllImages(last, gradient, { counts, sizes }, attributes, onnx)
    : imageByImage(last, gradient, attributes, onnx)
  onnx.write([output], 'Reshape', [gathered, onnx.sizes(shape)])
}

/** Pads the input and turns it: [batch, groups, ...axes, channels]. */
function channelsLast(
  input: Tensor,
  padded: Shape,
  { groups, padding: { before, after }, shape: [, channels = 0] }: WeightGradient,
  onnx: OnnxTarget,
): string {
  const isPadded = [...before, ...after].some((size) => size > 0)
  const ends = onnx.sizes([0, 0, ...before, 0, 0, ...after])
  const image = onnx.value(input)
  const whole = isPadded
    ? onnx.emit('Pad', [image, ends, onnx.constant('float32', [], [0])])
    : image
  const apart = reshaped(whole, [input.size(0), groups, channels, ...padded], onnx)
  const axes = padded.map((_, axis) => axis + 3)
  return onnx.emit('Transpose', [apart], { perm: ints([0, 1, ...axes, 2]) })
}

/**
 * For each element of the kernel, one batched product of the output's gradient with the inputs that
 * this element is multiplied by, summed over the images: [filters, channels, ...kernel].
 */
function imageByImage(
  last: string,
  gradient: Tensor,
  { groups, stride, dilation, shape: [filters = 0, channels = 0, ...kernel] }: WeightGradient,
  onnx: OnnxTarget,
): string {
  const [batch, , ...windows] = gradient.shape
  const vector = (values: Shape) => onnx.sizes(values)
  const axes = kernel.map((_, axis) => axis + 2)
  const all = multiplyDimensions(windows)
  const each = [batch ?? 1, groups]
  const upstream = reshaped(onnx.value(gradient), [...each, filters / groups, all], onnx)
  const parts = placesOf(kernel).map((place) => {
    const starts = place.map((index, axis) => index * (dilation[axis] ?? 1))
    const stops = starts.map((start, axis) => {
      const reach = coveredBy(windows[axis] ?? 1, 1, stride[axis] ?? 1, 1)
      return addDimensions(start, reach)
    })
    const bounds = [vector(starts), vector(stops), vector(axes), vector(stride)]
    const met = onnx.emit('Slice', [last, ...bounds])
    const products = onnx.emit('MatMul', [upstream, reshaped(met, [...each, all, channels], onnx)])
    const total = onnx.emit('ReduceSum', [products, vector([0])], { keepdims: flag(false) })
    return onnx.emit('Unsqueeze', [total, vector([3])])
  })
  return parts.length > 1 ? onnx.emit('Concat', parts, { axis: int(3) }) : parts.join()
}

/**
 * One product of the output's gradient with all inputs that the kernel's elements are multiplied by,
 * over all images: [filters, channels, elements].
 *
 * @param known the number of windows and the padded size on each axis
 */
function overAllImages(
  last: string,
  gradient: Tensor,
  { counts, sizes }: { readonly counts: readonly number[]; readonly sizes: readonly number[] },
  attributes: WeightGradient,
  onnx: OnnxTarget,
): string {
  const [filters = 0, channels = 0, ...kernel] = attributes.shape
  const met = elementsMet(counts, sizes, attributes)
  const [batch = 1] = gradient.shape
  const all = elementCount(counts)
  const rows = multiplyDimensions([batch, all])
  const turned = (name: string, perm: readonly number[]) =>
    onnx.emit('Transpose', [name], { perm: ints(perm) })
  const each = reshaped(onnx.value(gradient), [batch, filters, all], onnx)
  const upstream = reshaped(turned(each, [1, 0, 2]), [filters, rows], onnx)
  const flat = reshaped(last, [batch, elementCount(sizes), channels], onnx)
  const indices = onnx.constant('int64', [met.length], met)
  const inputs = onnx.emit('Gather', [flat, indices], { axis: int(1) })
  const elements = elementCount(kernel)
  const wide = reshaped(inputs, [rows, elements * channels], onnx)
  const total = onnx.emit('MatMul', [upstream, wide])
  return turned(reshaped(total, [filters, elements, channels], onnx), [0, 2, 1])
}

/** For each window, the elements of a padded image that the kernel's elements meet, in their order. */
function elementsMet(
  windows: readonly number[],
  sizes: readonly number[],
  { shape: [, , ...kernel], stride, dilation }: WeightGradient,
): number[] {
  return placesOf(windows).flatMap((window) =>
    placesOf(kernel).map((place) =>
      sizes.reduce((index, size, axis) => {
        const start = (window[axis] ?? 0) * (stride[axis] ?? 1)
        return index * size + start + (place[axis] ?? 0) * (dilation[axis] ?? 1)
      }, 0),
    ),
  )
}

function paddedShape(sizes: Shape, { before, after }: WindowsInGroups['padding']): Shape {
  return sizes.map((size, axis) => addDimensions(size, (before[axis] ?? 0) + (after[axis] ?? 0)))
}

/** Sizes that are all known before the run. */
function knownSizes(sizes: Shape): readonly number[] | undefined {
  const known = sizes.filter((size) => typeof size === 'number')
  return known.length === sizes.length ? known : undefined
}

function reshaped(name: string, shape: Shape, onnx: OnnxTarget): string {
  return onnx.emit('Reshape', [name, onnx.sizes(shape)], { allowzero: flag(true) })
}

/** All positions in a grid, the last axis fastest. */
function placesOf(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (places, size) =>
      places.flatMap((place) => Array.from({ length: size }, (_, index) => [...place, index])),
    [[]],
  )
}
