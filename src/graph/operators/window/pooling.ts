/** Max and average pooling. */
import { flag, ints } from '../../onnx/attributes.js'
import { formatShape, multiplyDimensions, type Shape, type TensorType } from '../../shape/shape.js'
import {
  applyOperator,
  type Operator,
  type ShapeMistake,
  type Tensor,
  type TwoResults,
} from '../../tensor.js'
import { reshape } from '../layout/reshape.js'
import { expand } from '../layout/stretch.js'
import { scatterAdd } from '../sparse/elements.js'
import { inputGradient } from './convolution.js'
import {
  type Padding,
  type PerAxis,
  perAxis,
  type Sliding,
  sliding,
  slidingAttributes,
  windowCounts,
} from './window.js'

interface PoolingAttributes extends Sliding {
  readonly kernel: readonly number[]
}

function pooledShape(input: Tensor, attributes: PoolingAttributes, mistake: ShapeMistake): Shape {
  if (input.dataType !== 'float32' || input.rank < 3) {
    return mistake('input', 'float32[batch, channels, ...]', String(input))
  }
  const { kernel, padding } = attributes
  const tooMuch = kernel.findIndex(
    (size, axis) => (padding.before[axis] ?? 0) >= size || (padding.after[axis] ?? 0) >= size,
  )
  if (tooMuch >= 0) {
    return mistake(
      'input',
      `less padding than ${kernel[tooMuch]}`,
      'windows that lie entirely in the padding',
    )
  }
  const windows = windowCounts(input.shape.slice(2), kernel, attributes)
  return windows
    ? [...input.shape.slice(0, 2), ...windows]
    : mistake('input', `room for a window ${formatShape(kernel)}`, String(input))
}

const maxPoolOperator: Operator<PoolingAttributes, readonly [Tensor], TwoResults> = {
  name: 'maxPool',
  infer([input], attributes, mistake) {
    const shape = pooledShape(input, attributes, mistake)
    return [
      { dataType: 'float32', shape },
      { dataType: 'int64', shape },
    ]
  },
  lower({ inputs, outputs: [values, places], attributes }, onnx) {
    const outputs = [values, onnx.isUsed(places) ? places : undefined]
    const how = { ...slidingAttributes(attributes), kernel_shape: ints(attributes.kernel) }
    onnx.write(outputs, 'MaxPool', onnx.values(inputs), how)
  },
  gradient({ inputs: [input], outputs: [, places] }, [gradient]) {
    if (!gradient) return []
    // ONNX numbers the positions of the maxima over the whole tensor.
    const all = [multiplyDimensions(input.shape)]
    const some = [multiplyDimensions(gradient.shape)]
    const total = scatterAdd(
      expand(input.graph.scalar(0), all),
      reshape(places, some),
      reshape(gradient, some),
      0,
    )
    return [reshape(total, input.shape)]
  },
  flops: ({ outputs: [output], attributes }, size) => size(output.shape) * size(attributes.kernel),
}

const averagePoolOperator: Operator<PoolingAttributes, readonly [Tensor]> = {
  name: 'averagePool',
  infer: ([input], attributes, mistake) => [
    { dataType: 'float32', shape: pooledShape(input, attributes, mistake) },
  ],
  lower({ inputs, outputs, attributes }, onnx) {
    onnx.write(outputs, 'AveragePool', onnx.values(inputs), {
      ...slidingAttributes(attributes),
      kernel_shape: ints(attributes.kernel),
      count_include_pad: flag(true),
    })
  },
  gradient({ inputs: [input], attributes: { kernel, ...window } }, [gradient]) {
    if (!gradient) return []
    // The mean is a convolution of each channel with a constant kernel.
    const { shape, graph } = input
    const apart = (whole: Shape): Shape => [
      multiplyDimensions(whole.slice(0, 2)),
      1,
      ...whole.slice(2),
    ]
    const count = kernel.reduce((product, size) => product * size, 1)
    const weight = graph.constant(
      new Float32Array(count).fill(1 / count),
      [1, 1, ...kernel],
      'float32',
    )
    const each = reshape(gradient, apart(gradient.shape))
    return [reshape(inputGradient(each, weight, apart(shape), { ...window, groups: 1 }), shape)]
  },
  flops: ({ outputs: [output], attributes }, size) => size(output.shape) * size(attributes.kernel),
}

export interface PoolingOptions {
  /** The size of a window. */
  readonly kernel: PerAxis
  /** The distance between windows; by default their size. */
  readonly stride?: PerAxis
  /** Elements added at both ends of each axis, fewer than the window's size; by default 0. */
  readonly padding?: PerAxis | Padding
}

function pool<Types extends readonly [TensorType, ...TensorType[]]>(
  operator: Operator<PoolingAttributes, readonly [Tensor], Types>,
) {
  return (input: Tensor, { kernel, stride = kernel, padding = 0 }: PoolingOptions): Tensor => {
    const rank = Math.max(input.rank - 2, 0)
    const attributes = {
      ...sliding({ stride, padding }, rank, operator.name),
      kernel: perAxis(kernel, rank, 1, `${operator.name}, kernel`),
    }
    return applyOperator(operator, [input], attributes).outputs[0]
  }
}

/**
 * The maximum of each window, padding excluded. The first of equal elements receives the gradient.
 *
 * @param input float32 [batch, channels, ...axes]
 */
export const maxPool = pool(maxPoolOperator)

/**
 * The mean of each window, including the zeros of the padding (PyTorch's `count_include_pad`).
 *
 * @param input float32 [batch, channels, ...axes]
 */
export const averagePool = pool(averagePoolOperator)
