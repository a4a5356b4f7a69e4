/**
 * Convolution over one, two or more axes.
 *
 * Three operators, each linear in both of its operands: the convolution, the gradient of its input
 * and the gradient of its weight. The gradients of each are written with the other two.
 */
import type { Node, OnnxTarget, Operator, Tensor } from '../graph.js'
import { int, ints } from '../graph.js'
import {
  addDimensions,
  type Dimension,
  formatShape,
  multiplyDimensions,
  type Shape,
  sameShape,
  subtractDimensions,
} from '../shape.js'
import { reduceSum } from './reduction.js'
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
  return gradient.graph
    .apply(inputGradientOperator, [gradient, weight], { ...attributes, shape })
    .output()
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
 * A convolution again, in which batch and channels change places: the gradient of the output is
 * the kernel, and stride and dilation change places too. Of its results only those that belong to
 * elements of the weight are kept.
 */
function lowerWeightGradient(node: Node<WeightGradientAttributes>, onnx: OnnxTarget): void {
  const { groups, stride, dilation, padding, shape } = node.attributes
  const [input, gradient] = [node.input(0), node.input(1)]
  const emit = (
    operator: string,
    inputs: readonly string[],
    attributes: Parameters<OnnxTarget['emit']>[2] = {},
  ) => onnx.emit(operator, inputs, attributes)[0] ?? ''
  const axes = shape.slice(2).map((_, axis) => axis + 2)
  const swap = { attributes: { perm: ints([1, 0, ...axes]) } }
  let images = emit('Transpose', [onnx.value(input)], swap)
  if (groups > 1) {
    // [groups x channels, batch, ...] as [channels, groups x batch, ...]
    const [batch, channels] = [input.size(0), Number(input.size(1)) / groups]
    const spatial = input.shape.slice(2)
    images = emit('Reshape', [images, onnx.sizes([groups, channels, batch, ...spatial])])
    images = emit('Transpose', [images], {
      attributes: { perm: ints([1, 0, 2, ...axes.map((axis) => axis + 1)]) },
    })
    const together = multiplyDimensions([batch, groups])
    images = emit('Reshape', [images, onnx.sizes([channels, together, ...spatial])])
  }
  const kernels = emit('Transpose', [onnx.value(gradient)], swap)
  const full = emit('Conv', [images, kernels], {
    attributes: {
      ...slidingAttributes({ stride: dilation, dilation: stride, padding }),
      group: int(groups),
    },
  })
  const swapped = emit('Transpose', [full], swap)
  const vector = (values: readonly number[]) => onnx.constant('int64', [values.length], values)
  const kept = [swapped, vector(axes.map(() => 0)), vector(shape.slice(2)), vector(axes)]
  onnx.emit('Slice', kept, { outputs: [onnx.value(node.output())] })
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
