/**
 * Convolution over one, two or more axes.
 *
 * Three operators, each linear in both of its operands: the convolution, the gradient of its input
 * and the gradient of its weight. The gradients of each are expressed by the other two.
 */
import { int } from '../../onnx/attributes.js'
import { formatShape, type Shape, sameShape } from '../../shape/shape.js'
import { applyOperator, type Operator, type Tensor } from '../../tensor.js'
import { reduceSum } from '../layout/stretch.js'
import { lowerInputGradient, lowerWeightGradient } from './convolution-lowering.js'
import {
  type SlidingOptions,
  sliding,
  slidingAttributes,
  type WindowsInGroups,
  windowCounts,
} from './window.js'

const convolutionOperator: Operator<WindowsInGroups, readonly [Tensor, Tensor, ...Tensor[]]> = {
  name: 'convolution',
  infer([input, weight, bias], attributes, mistake) {
    if (input.rank < 3 || input.dataType !== 'float32') {
      return mistake('input', 'float32[batch, channels, ...]', String(input))
    }
    const [channels, { groups }] = [input.size(1), attributes]
    if (typeof channels !== 'number' || channels % groups !== 0) {
      return mistake('input', `channels in ${groups} group(s)`, String(input))
    }
    const fits =
      weight.dataType === 'float32' &&
      weight.rank === input.rank &&
      weight.shape.every((size) => typeof size === 'number') &&
      weight.size(1) === channels / groups &&
      weight.fixedSize(0) % groups === 0
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
  lower({ inputs, outputs, attributes }, onnx) {
    const how = { ...slidingAttributes(attributes), group: int(attributes.groups) }
    onnx.write(outputs, 'Conv', onnx.values(inputs), how)
  },
  gradient({ inputs: [input, weight, bias], attributes }, [gradient]) {
    if (!gradient) return []
    const others = gradient.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]))
    return [
      inputGradient(gradient, weight, input.shape, attributes),
      weightGradient(input, gradient, weight.shape.map(Number), attributes),
      bias && reduceSum(gradient, others),
    ]
  },
  flops: ({ inputs: [, weight], outputs: [output] }, size) =>
    2 * size(output.shape) * size(weight.shape.slice(1)),
}

function kernelOf(weight: Tensor): readonly number[] {
  return weight.shape.slice(2).map(Number)
}

export interface InputGradientAttributes extends WindowsInGroups {
  readonly shape: Shape
}

/** Operands: the gradient of the output, and the weight. */
export const inputGradientOperator: Operator<InputGradientAttributes, readonly [Tensor, Tensor]> = {
  name: 'convolutionInputGradient',
  infer: (_inputs, { shape }) => [{ dataType: 'float32', shape }],
  lower({ inputs: [gradient, weight], outputs: [output], attributes }, onnx) {
    lowerInputGradient(gradient, weight, output, attributes, onnx)
  },
  gradient({ inputs: [upstream, weight], attributes: { shape: _, ...windows } }, [gradient]) {
    if (!gradient) return []
    return [
      applyOperator(convolutionOperator, [gradient, weight], windows).outputs[0],
      weightGradient(gradient, upstream, weight.shape.map(Number), windows),
    ]
  },
  flops: ({ inputs: [gradient, weight] }, size) =>
    2 * size(gradient.shape) * size(weight.shape.slice(1)),
}

/** The gradient of a convolution's input, of shape `shape`, from the gradient of its output. */
export function inputGradient(
  gradient: Tensor,
  weight: Tensor,
  shape: Shape,
  windows: WindowsInGroups,
): Tensor {
  return applyOperator(inputGradientOperator, [gradient, weight], { ...windows, shape }).outputs[0]
}

interface WeightGradientAttributes extends WindowsInGroups {
  readonly shape: readonly number[]
}

/** Operands: the input, and the gradient of the output. */
const weightGradientOperator: Operator<WeightGradientAttributes, readonly [Tensor, Tensor]> = {
  name: 'convolutionWeightGradient',
  infer: (_inputs, { shape }) => [{ dataType: 'float32', shape }],
  lower({ inputs: [input, gradient], outputs: [output], attributes }, onnx) {
    lowerWeightGradient(input, gradient, output, attributes, onnx)
  },
  gradient({ inputs: [input, upstream], attributes: { shape: _, ...windows } }, [gradient]) {
    if (!gradient) return []
    return [
      inputGradient(upstream, gradient, input.shape, windows),
      applyOperator(convolutionOperator, [input, gradient], windows).outputs[0],
    ]
  },
  flops: ({ inputs: [, gradient], outputs: [output] }, size) =>
    2 * size(gradient.shape) * size(output.shape.slice(1)),
}

function weightGradient(
  input: Tensor,
  gradient: Tensor,
  shape: readonly number[],
  windows: WindowsInGroups,
): Tensor {
  return applyOperator(weightGradientOperator, [input, gradient], { ...windows, shape }).outputs[0]
}

export interface ConvolutionOptions extends SlidingOptions {
  /** The number of independent groups that channels and filters are divided into. */
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
 * @throws LimbicError if an operand's shape does not fit or an option is invalid
 */
export function convolution(
  input: Tensor,
  weight: Tensor,
  { bias, groups = 1, ...options }: ConvolutionOptions = {},
): Tensor {
  const windows = { ...sliding(options, Math.max(input.rank - 2, 0), 'convolution'), groups }
  const operands = bias ? ([input, weight, bias] as const) : ([input, weight] as const)
  return applyOperator(convolutionOperator, operands, windows).outputs[0]
}
