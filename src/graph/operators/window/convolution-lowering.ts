/** Lowers the two gradients of a convolution to ONNX's operators. */
import { flag, int, ints, type OnnxAttributes } from '../../onnx/attributes.js'
import {
  addDimensions,
  type Dimension,
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

/**
 * The gradient of the weight: for each element of the kernel, one batched product of the output's
 * gradient with the inputs that this element is multiplied by.
 */
export function lowerWeightGradient(
  input: Tensor,
  gradient: Tensor,
  output: Tensor,
  attributes: WindowsInGroups & { readonly shape: readonly number[] },
  onnx: OnnxTarget,
): void {
  const { groups, stride, dilation, padding, shape } = attributes
  const [filters = 0, channels = 0, ...kernel] = shape
  const windows = gradient.shape.slice(2)
  const batch = input.size(0)
  const emit = (operator: string, inputs: readonly string[], how: OnnxAttributes = {}) =>
    onnx.emit(operator, inputs, how)
  const reshaped = (name: string, to: Shape) =>
    emit('Reshape', [name, onnx.sizes(to)], { allowzero: flag(true) })

  const isPadded = [...padding.before, ...padding.after].some((size) => size > 0)
  const ends = [0, 0, ...padding.before, 0, 0, ...padding.after]
  const zero = onnx.constant('float32', [], [0])
  const image = onnx.value(input)
  const padded = isPadded ? emit('Pad', [image, onnx.sizes(ends), zero]) : image
  const sizes = input.shape
    .slice(2)
    .map((size, axis) =>
      addDimensions(size, (padding.before[axis] ?? 0) + (padding.after[axis] ?? 0)),
    )
  // The input becomes [batch, groups, ...axes, channels], the gradient [batch, groups, filters,
  // windows].
  const axes = kernel.map((_, axis) => axis + 2)
  const last = emit('Transpose', [reshaped(padded, [batch, groups, channels, ...sizes])], {
    perm: ints([0, 1, ...axes.map((axis) => axis + 1), 2]),
  })
  const all = multiplyDimensions(windows)
  const upstream = reshaped(onnx.value(gradient), [batch, groups, filters / groups, all])
  const vector = (values: Shape) => onnx.sizes(values)
  const parts = placesOf(kernel).map((place) => {
    const starts = place.map((index, axis) => index * (dilation[axis] ?? 1))
    const stops = starts.map((start, axis) => {
      const reach = coveredBy(windows[axis] ?? 1, 1, stride[axis] ?? 1, 1)
      return addDimensions(start, reach)
    })
    const met = emit('Slice', [last, vector(starts), vector(stops), vector(axes), vector(stride)])
    const product = emit('MatMul', [upstream, reshaped(met, [batch, groups, all, channels])])
    const total = emit('ReduceSum', [product, vector([0])], { keepdims: flag(false) })
    return emit('Unsqueeze', [total, vector([3])])
  })
  const together = parts.length > 1 ? emit('Concat', parts, { axis: int(3) }) : parts.join()
  onnx.write([output], 'Reshape', [together, vector(shape)])
}

/** The positions of a kernel, the last axis fastest. */
function placesOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (places, size) =>
      places.flatMap((place) => Array.from({ length: size }, (_, index) => [...place, index])),
    [[]],
  )
}
