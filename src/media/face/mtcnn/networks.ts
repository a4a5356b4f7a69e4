/**
 * The three networks of MTCNN (Zhang et al., Joint Face Detection and Alignment using Multi-task Cascaded
 * Convolutional Networks, 2016), with the parameter names of facenet-pytorch.
 *
 * Input `picture`: [batch, 3, rows, columns], red, green, blue, `(level - 127.5) / 128`. Output:
 * `score` (of being a face, 0 to 1), `shift` (left, top, right, bottom, as fractions of the box)
 * and, from the last, `points` (five landmarks, all x then all y, as fractions of the box).
 */
import {
  convolution,
  type Graph,
  maxPool,
  minimum,
  multiply,
  reshape,
  slice,
  softmax,
  subtract,
  type Tensor,
  transpose,
} from '../../../graph/index.js'
import { initialise, type Layer, linear, Scope } from '../../../nn/index.js'

const start = initialise.constant(0)

/** The side of the second network's input, in pixels. */
export const refinementSide = 24
/** The side of the last network's input, in pixels. */
export const outputSide = 48

/**
 * Reads all positions at once: `score` [batch, 2, rows', columns'], `shift` [batch, 4, rows',
 * columns'].
 */
export function proposalNetwork(graph: Graph): { score: Tensor; shift: Tensor } {
  const net = new Scope(graph).child('pnet')
  const input = graph.input('picture', 'float32', ['batch', 3, 'rows', 'columns'])
  let map = rectified(net, 1, convolve(net, 'conv1', [10, 3, 3])(input))
  map = maxPool(map, { kernel: 2, padding: { before: [0, 0], after: [1, 1] } })
  map = rectified(net, 2, convolve(net, 'conv2', [16, 10, 3])(map))
  map = rectified(net, 3, convolve(net, 'conv3', [32, 16, 3])(map))
  return {
    score: softmax(convolve(net, 'conv4_1', [2, 32, 1])(map), 1),
    shift: convolve(net, 'conv4_2', [4, 32, 1])(map),
  }
}

/** Reads crops of 24 x 24: `score` [batch, 1], `shift` [batch, 4]. */
export function refinementNetwork(graph: Graph): { score: Tensor; shift: Tensor } {
  const net = new Scope(graph).child('rnet')
  const input = graph.input('picture', 'float32', ['batch', 3, refinementSide, refinementSide])
  let map = rectified(net, 1, convolve(net, 'conv1', [28, 3, 3])(input))
  map = maxPool(map, { kernel: 3, stride: 2, padding: { before: [0, 0], after: [1, 1] } })
  map = rectified(net, 2, convolve(net, 'conv2', [48, 28, 3])(map))
  map = maxPool(map, { kernel: 3, stride: 2 })
  map = rectified(net, 3, convolve(net, 'conv3', [64, 48, 2])(map))
  const all = rectified(net, 4, dense(net, 'dense4', 576, 128)(columnsFirst(map)))
  return {
    score: faceScore(dense(net, 'dense5_1', 128, 2)(all)),
    shift: dense(net, 'dense5_2', 128, 4)(all),
  }
}

/** Reads crops of 48 x 48: `score` [batch, 1], `shift` [batch, 4], `points` [batch, 10]. */
export function outputNetwork(graph: Graph): { score: Tensor; shift: Tensor; points: Tensor } {
  const net = new Scope(graph).child('onet')
  const input = graph.input('picture', 'float32', ['batch', 3, outputSide, outputSide])
  let map = rectified(net, 1, convolve(net, 'conv1', [32, 3, 3])(input))
  map = maxPool(map, { kernel: 3, stride: 2, padding: { before: [0, 0], after: [1, 1] } })
  map = rectified(net, 2, convolve(net, 'conv2', [64, 32, 3])(map))
  map = maxPool(map, { kernel: 3, stride: 2 })
  map = rectified(net, 3, convolve(net, 'conv3', [64, 64, 3])(map))
  map = maxPool(map, { kernel: 2 })
  map = rectified(net, 4, convolve(net, 'conv4', [128, 64, 2])(map))
  const all = rectified(net, 5, dense(net, 'dense5', 1152, 256)(columnsFirst(map)))
  return {
    score: faceScore(dense(net, 'dense6_1', 256, 2)(all)),
    shift: dense(net, 'dense6_2', 256, 4)(all),
    points: dense(net, 'dense6_3', 256, 10)(all),
  }
}

function convolve(net: Scope, name: string, shape: readonly [number, number, number]): Layer {
  const [filters, channels, side] = shape
  const scope = net.child(name)
  const weight = scope.parameter('weight', [filters, channels, side, side], start)
  const bias = scope.parameter('bias', [filters], start)
  return (input) => convolution(input, weight, { bias })
}

function dense(net: Scope, name: string, inputs: number, units: number): Layer {
  return linear(net.child(name), { inputs, units })
}

/** PReLU: negative values are multiplied by the slope of their channel. */
function rectified(net: Scope, number: number, input: Tensor): Tensor {
  const channels = input.fixedSize(1)
  const slope = net.child(`prelu${number}`).parameter('weight', [channels], start)
  const flat = subtract(1, slope)
  const perChannel = reshape(flat, [channels, ...input.shape.slice(2).map(() => 1)])
  return subtract(input, multiply(minimum(input, 0), perChannel))
}

/** The weights come from Caffe with MATLAB pictures, which have columns before rows. */
function columnsFirst(map: Tensor): Tensor {
  const width = map.fixedSize(1) * map.fixedSize(2) * map.fixedSize(3)
  return reshape(transpose(map, [0, 3, 2, 1]), [map.size(0), width])
}

function faceScore(logits: Tensor): Tensor {
  return slice(softmax(logits, 1), 1, 1, 2)
}
