/** Maxima and means over windows. */
import { int, ints, type Operator, type Tensor } from '../../graph.js'
import { formatShape, multiplyDimensions, type Shape } from '../../shape/shape.js'
import { expand, reshape } from '../layout/layout.js'
import { scatterAdd } from '../sparse/indexing.js'
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

function pooledShape(
  input: Tensor | undefined,
  attributes: PoolingAttributes,
  mistake: (operand: string, expected: string, got: string) => never,
): Shape {
  if (input?.dataType !== 'float32' || input.rank < 3) {
    return mistake('input', 'float32[batch, channels, ...]', String(input))
  }
  const { kernel, padding } = attributes
  const tooMuch = kernel.findIndex(
    (size, axis) => (padding.before[axis] ?? 0) >= size || (padding.after[axis] ?? 0) >= size,
  )
  if (tooMuch >= 0) {
    return mistake('input', `less padding than ${kernel[tooMuch]}`, 'windows in padding alone')
  }
  const windows = windowCounts(input.shape.slice(2), kernel, attributes)
  return windows
    ? [...input.shape.slice(0, 2), ...windows]
    : mistake('input', `room for a window ${formatShape(kernel)}`, String(input))
}

const maxPoolOperator: Operator<PoolingAttributes> = {
  name: 'maxPool',
  infer([input], attributes, mistake) {
    const shape = pooledShape(input, attributes, mistake)
    return [
      { dataType: 'float32', shape },
      { dataType: 'int64', shape },
    ]
  },
  lower(node, onnx) {
    const [values, places] = [node.output(0), node.output(1)]
    onnx.emit('MaxPool', [onnx.value(node.input(0))], {
      outputs: [onnx.value(values), ...(onnx.isUsed(places) ? [onnx.value(places)] : [])],
      attributes: {
        ...slidingAttributes(node.attributes),
        kernel_shape: ints(node.attributes.kernel),
      },
    })
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    // ONNX counts the places of the maxima over the whole tensor.
    const input = node.input(0)
    const all = [multiplyDimensions(input.shape)]
    const some = [multiplyDimensions(gradient.shape)]
    const total = scatterAdd(
      expand(input.graph.scalar(0), all),
      reshape(node.output(1), some),
      reshape(gradient, some),
      0,
    )
    return [reshape(total, input.shape)]
  },
  flops: (node, size) => size(node.output().shape) * size(node.attributes.kernel),
}

const averagePoolOperator: Operator<PoolingAttributes> = {
  name: 'averagePool',
  infer: ([input], attributes, mistake) => [
    { dataType: 'float32', shape: pooledShape(input, attributes, mistake) },
  ],
  lower(node, onnx) {
    onnx.emit('AveragePool', [onnx.value(node.input(0))], {
      outputs: [onnx.value(node.output())],
      attributes: {
        ...slidingAttributes(node.attributes),
        kernel_shape: ints(node.attributes.kernel),
        count_include_pad: int(1),
      },
    })
  },
  gradient(node, [gradient]) {
    if (!gradient) return []
    // The mean is a convolution of each channel with one constant window.
    const { shape, graph } = node.input(0)
    const { kernel, ...window } = node.attributes
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
  flops: (node, size) => size(node.output().shape) * size(node.attributes.kernel),
}

export interface PoolingOptions {
  /** The window. */
  readonly kernel: PerAxis
  /** Steps from window to window; the size of the window unless given. */
  readonly stride?: PerAxis
  /** Elements added at both ends of each axis, less than the window; 0 unless given. */
  readonly padding?: PerAxis | Padding
}

function pool(operator: Operator<PoolingAttributes>) {
  return (input: Tensor, { kernel, stride = kernel, padding = 0 }: PoolingOptions): Tensor => {
    const rank = Math.max(input.rank - 2, 0)
    const attributes = {
      ...sliding({ stride, padding }, rank, operator.name),
      kernel: perAxis(kernel, rank, 1, `${operator.name}, kernel`),
    }
    return input.graph.apply(operator, [input], attributes).output()
  }
}

/**
 * The largest element of each window; padding never wins. The first of equal elements receives the
 * gradient.
 *
 * @param input float32 [batch, channels, ...axes]
 */
export const maxPool = pool(maxPoolOperator)

/**
 * The mean of each window; the zeros of the padding count (PyTorch's `count_include_pad`).
 *
 * @param input float32 [batch, channels, ...axes]
 */
export const averagePool = pool(averagePoolOperator)
