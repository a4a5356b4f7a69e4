/**
 * Mini-Xception (Arriaga et al., Real-time Convolutional Neural Networks for Emotion and Gender
 * Classification, 2017), with the parameter names of its Keras file.
 */
import {
  add,
  batchNorm,
  convolution,
  type Graph,
  maxPool,
  reduceMean,
  relu,
  type Tensor,
} from '../../../graph/index.js'
import { initialise } from '../../../nn/index.js'

/** The side of the network's input, a grey face, in pixels. */
export const expressionSide = 64

/** The classes of the network, in the order of its logits. */
export const expressionLabels = [
  ...(['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const),
] as const
export type Expression = (typeof expressionLabels)[number]

/** Input `face`: [batch, 1, 64, 64], grey, `level / 127.5 - 1`. Output: `logits` [batch, 7]. */
export function expressionNetwork(graph: Graph): { logits: Tensor } {
  const input = graph.input('face', 'float32', ['batch', 1, expressionSide, expressionSide])
  let map = relu(norm(graph, 1, convolution(input, weight(graph, 'conv2d_1.0', [8, 1, 3, 3]))))
  map = relu(norm(graph, 2, convolution(map, weight(graph, 'conv2d_2.0', [8, 8, 3, 3]))))
  for (const [place, channels] of [16, 32, 64, 128].entries())
    map = block(graph, map, place, channels)
  const bias = graph.parameter('conv2d_7.1', [7], initialise.zeros)
  const scores = convolution(map, weight(graph, 'conv2d_7.0', [7, 128, 3, 3]), { bias, padding: 1 })
  return { logits: reduceMean(scores, [2, 3]) }
}

/** Two separable convolutions and a pooling, added to a convolution of stride 2. */
function block(graph: Graph, input: Tensor, place: number, channels: number): Tensor {
  const before = input.fixedSize(1)
  const kernel = weight(graph, `conv2d_${place + 3}.0`, [channels, before, 1, 1])
  const beside = norm(graph, 3 * place + 3, convolution(input, kernel, { stride: 2 }))
  let map = relu(norm(graph, 3 * place + 4, separable(graph, input, 2 * place + 1, channels)))
  map = norm(graph, 3 * place + 5, separable(graph, map, 2 * place + 2, channels))
  // TensorFlow's `same` padding at stride 2: an even side is padded only at the end.
  const odd = input.fixedSize(2) % 2
  const padding = { before: [odd, odd], after: [1, 1] }
  return add(maxPool(map, { kernel: 3, stride: 2, padding }), beside)
}

/** A depthwise convolution, then a pointwise one. */
function separable(graph: Graph, input: Tensor, number: number, channels: number): Tensor {
  const before = input.fixedSize(1)
  const name = `separable_conv2d_${number}`
  const depthwise = weight(graph, `${name}.0`, [before, 1, 3, 3])
  const map = convolution(input, depthwise, { groups: before, padding: 1 })
  return convolution(map, weight(graph, `${name}.1`, [channels, before, 1, 1]))
}

function norm(graph: Graph, number: number, input: Tensor): Tensor {
  const values = (part: number) =>
    weight(graph, `batch_normalization_${number}.${part}`, [input.fixedSize(1)])
  const [scale, bias, runningMean, runningVariance] = [values(0), values(1), values(2), values(3)]
  const operands = { input, scale, bias, runningMean, runningVariance }
  return batchNorm({ ...operands, training: false, epsilon: 1e-3 }).output
}

function weight(graph: Graph, name: string, shape: readonly number[]): Tensor {
  return graph.parameter(name, shape, initialise.zeros)
}
