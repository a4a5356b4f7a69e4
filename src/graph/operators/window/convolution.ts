/**
 * Convolution over one, two or more axes.
 *
 * Three operators, each linear in both of its operands: the convolution, the gradient of its input
 * and the gradient of its weight. The gradients of each are written with the other two.
 */
import {
  int,
  ints,
  type Node,
  type OnnxAttribute,
  type OnnxTarget,
  type Operator,
  type Tensor,
} from '../../graph.js'
import {
  addDimensions,
  type Dimension,
  formatShape,
  multiplyDimensions,
  type Shape,
  sameShape,
  subtractDimensions,
} from '../../shape/shape.js'
import { reduceSum } from '../algebra/reduction.js'
import { transpose } from '../layout/layout.js'
import { reverse } from '../layout/reversal.js'
import {
  type Sliding,
  type SlidingOptions,
  sliding,
  slidingAttributes,
  windowCounts,
  windowSpan,
} from './window.js'

interface ConvolutionAttributes extends Sliding {
  readonly groups: number
}

const convolutionOperator: Operator<ConvolutionAttributes> = {
  name: 'convolution',
  infer([input, weight, bias], attributes, mistake) {
    if (!input || input.rank < 3 || input.dataType !== 'float32') {
      return mistake('input', 'float32[batch, channels, ...]', String(input))
    }
    const [channels, { groups }] = [input.size(1), attributes]
    if (typeof channels !== 'number' || channels % groups !== 0) {
      return mistake('input', `channels in ${groups} group(s)`, String(input))
    }
    const fits =
      weight?.dataType === 'float32' &&
      weight.rank === input.rank &&
      weight.shape.every((size) => typeof size === 'number') &&
      weight.size(1) === channels / groups &&
      Number(weight.size(0)) % groups === 0
    if (!fits) {
      const kernel = input.shape.slice(2).map(() => 'kernel')
      const wanted = formatShape([`filters in ${groups} group(s)`, channels / groups, ...kernel])
      return mistake('weight', `float32${wanted}`, String(weight))
    }
    if (bias && !sameShape(bias.shape, [weight.size(0)])) {
      return mistake('bias', formatShape([weight.size(0)]), String(bias))
    }
    const windows = windowCounts(input.shape.slice(2), kernelOf(weight), attributes)
    if (!windows) {
      return mistake('input', `room for a kernel ${formatShape(kernelOf(weight))}`, String(input))
    }
    return [{ dataType: 'float32', shape: [input.size(0), weight.size(0), ...windows] }]
  },
  lower(node, onnx) {
    onnx.emit(
      'Conv',
      node.inputs.map((input) => onnx.value(input)),
      {
        outputs: [onnx.value(node.output())],
        attributes: { ...slidingAttributes(node.attributes), group: int(node.attributes.groups) },
      },
    )
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const [input, weight] = [node.input(0), node.input(1)]
    return [
      inputGradient(gradient, weight, input.shape, node.attributes),
      weightGradient(input, gradient, weight.shape.map(Number), node.attributes),
      ...(node.inputs.length > 2 ? [reduceSum(gradient, otherThanChannels(gradient))] : []),
    ]
  },
  flops: (node, size) => 2 * size(node.output().shape) * size(node.input(1).shape.slice(1)),
}

function kernelOf(weight: Tensor): readonly number[] {
  return weight.shape.slice(2).map(Number)
}

function otherThanChannels(input: Tensor): readonly number[] {
  return input.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
}

interface InputGradientAttributes extends ConvolutionAttributes {
  readonly shape: Shape
}

/** Operands: the gradient of the output, and the weight. */
const inputGradientOperator: Operator<InputGradientAttributes> = {
  name: 'convolutionInputGradient',
  infer: (_inputs, { shape }) => [{ dataType: 'float32', shape }],
  lower(node, onnx) {
    const { attributes } = node
    const operands = node.inputs.map((input) => onnx.value(input))
    const group = int(attributes.groups)
    const outputs = [onnx.value(node.output())]
    const kernel = kernelOf(node.input(1))
    const sizes = attributes.shape.slice(2)
    const windows = node.input(0).shape.slice(2)
    // What the windows, put side by side, leave over at the end of each axis.
    const left = sizes.map((size, axis) => {
      const [before = 0, after = 0, stride = 1, dilation = 1] = [
        attributes.padding.before[axis],
        attributes.padding.after[axis],
        attributes.stride[axis],
        attributes.dilation[axis],
      ]
      const covered = coveredBy(windows[axis] ?? 1, kernel[axis] ?? 1, stride, dilation)
      return {
        before,
        after,
        rest: subtractDimensions(addDimensions(size, before + after), covered),
      }
    })
    if (left.every(({ rest }) => typeof rest === 'number')) {
      onnx.emit('ConvTranspose', operands, {
        outputs,
        attributes: {
          ...slidingAttributes(attributes),
          group,
          output_padding: ints(left.map(({ rest }) => Number(rest))),
        },
      })
      return
    }
    // The rest depends on a size that only the run tells: all that is covered, then cut and padded.
    const [whole = ''] = onnx.emit('ConvTranspose', operands, {
      attributes: { strides: ints(attributes.stride), dilations: ints(attributes.dilation), group },
    })
    const ends = [
      0,
      0,
      ...left.map(({ before }) => -before),
      0,
      0,
      ...left.map(({ after, rest }) => subtractDimensions(rest, after)),
    ]
    const zero = onnx.constant('float32', [], [0])
    onnx.emit('Pad', [whole, onnx.sizes(ends), zero], { outputs })
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { shape: _, ...attributes } = node.attributes
    const [upstream, weight] = [node.input(0), node.input(1)]
    return [
      gradient.graph.apply(convolutionOperator, [gradient, weight], attributes).output(),
      weightGradient(gradient, upstream, weight.shape.map(Number), attributes),
    ]
  },
  flops: (node, size) => 2 * size(node.input(0).shape) * size(node.input(1).shape.slice(1)),
}

/** How many elements of an axis a number of windows cover together. */
function coveredBy(
  windows: Dimension,
  kernel: number,
  stride: number,
  dilation: number,
): Dimension {
  const steps = Array<Dimension>(stride).fill(addDimensions(windows, -1))
  return steps.reduce(addDimensions, windowSpan(kernel, dilation))
}

/** The gradient of a convolution's input, of shape `shape`, from that of its output. */
export function inputGradient(
  gradient: Tensor,
  weight: Tensor,
  shape: Shape,
  attributes: ConvolutionAttributes,
): Tensor {
  return (
    asConvolution(gradient, weight, attributes) ??
    gradient.graph
      .apply(inputGradientOperator, [gradient, weight], { ...attributes, shape })
      .output()
  )
}

/**
 * Over one axis in steps of 1 the gradient of the input is a convolution again, with the kernel
 * turned round and filters and channels exchanged: several times faster than the general way.
 */
function asConvolution(
  gradient: Tensor,
  weight: Tensor,
  { stride, dilation, padding, groups }: ConvolutionAttributes,
): Tensor | undefined {
  const reach = windowSpan(Number(weight.size(2)), dilation[0] ?? 1) - 1
  const [before, after] = [reach - (padding.before[0] ?? 0), reach - (padding.after[0] ?? 0)]
  if (weight.rank !== 3 || groups !== 1 || stride[0] !== 1 || before < 0 || after < 0) return
  return convolution(gradient, reverse(transpose(weight, [1, 0, 2]), 2), {
    padding: { before: [before], after: [after] },
    dilation,
  })
}

interface WeightGradientAttributes extends ConvolutionAttributes {
  readonly shape: readonly number[]
}

/** Operands: the input, and the gradient of the output. */
const weightGradientOperator: Operator<WeightGradientAttributes> = {
  name: 'convolutionWeightGradient',
  infer: (_inputs, { shape }) => [{ dataType: 'float32', shape }],
  lower: lowerWeightGradient,
  gradient(node, [gradient]) {
    if (!gradient) return []
    const { shape: _, ...attributes } = node.attributes
    const [input, upstream] = [node.input(0), node.input(1)]
    return [
      inputGradient(upstream, gradient, input.shape, attributes),
      gradient.graph.apply(convolutionOperator, [input, gradient], attributes).output(),
    ]
  },
  flops: (node, size) => 2 * size(node.input(1).shape) * size(node.output().shape.slice(1)),
}

function weightGradient(
  input: Tensor,
  gradient: Tensor,
  shape: readonly number[],
  attributes: ConvolutionAttributes,
): Tensor {
  return input.graph
    .apply(weightGradientOperator, [input, gradient], { ...attributes, shape })
    .output()
}

/**
 * For each element of the kernel, one batched product of the output's gradient with what that
 * element has met of the input.
 */
function lowerWeightGradient(node: Node<WeightGradientAttributes>, onnx: OnnxTarget): void {
  const { groups, stride, dilation, padding, shape } = node.attributes
  const [input, gradient] = [node.input(0), node.input(1)]
  const [filters = 0, channels = 0, ...kernel] = shape
  const windows = gradient.shape.slice(2)
  const batch = input.size(0)
  const emit = (
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ) => onnx.emit(operator, inputs, { attributes })[0] ?? ''
  const reshaped = (name: string, to: Shape) =>
    emit('Reshape', [name, onnx.sizes(to)], { allowzero: int(1) })

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
  // [batch, groups, ...axes, channels] against [batch, groups, filters, windows]
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
    const total = emit('ReduceSum', [product, vector([0])], { keepdims: int(0) })
    return emit('Unsqueeze', [total, vector([3])])
  })
  const together = parts.length === 1 ? (parts[0] ?? '') : emit('Concat', parts, { axis: int(3) })
  onnx.emit('Reshape', [together, vector(shape)], { outputs: [onnx.value(node.output())] })
}

/** Every place of a kernel, the last axis fastest. */
function placesOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (places, size) =>
      places.flatMap((place) => Array.from({ length: size }, (_, index) => [...place, index])),
    [[]],
  )
}

export interface ConvolutionOptions extends SlidingOptions {
  /** Channels and filters are divided into so many groups that do not see each other. */
  readonly groups?: number
  /** [filters] */
  readonly bias?: Tensor
}

/**
 * Slides filters over the axes after the first two (cross-correlation, as PyTorch's `conv1d` and
 * `conv2d`).
 *
 * @param input float32 [batch, channels, ...axes]
 * @param weight float32 [filters, channels / groups, ...kernel]
 * @returns [batch, filters, ...windows], windows = floor((size + padding - span) / stride) + 1 on
 * each axis, where span = dilation * (kernel - 1) + 1
 * @throws LimbicError where an operand or an option does not fit
 */
export function convolution(
  input: Tensor,
  weight: Tensor,
  { bias, groups = 1, ...options }: ConvolutionOptions = {},
): Tensor {
  const attributes = { ...sliding(options, Math.max(input.rank - 2, 0), 'convolution'), groups }
  return input.graph
    .apply(convolutionOperator, bias ? [input, weight, bias] : [input, weight], attributes)
    .output()
}
