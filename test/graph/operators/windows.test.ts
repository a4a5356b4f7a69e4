import {
  averagePool,
  type ConvolutionOptions,
  convolution,
  maxPool,
  multiply,
  type PoolingOptions,
  type Shape,
  type Tensor,
} from '../../../src/graph/index.js'
import { describeGradients, type GradientCase, given } from '../../support/gradients/index.js'

const conv = (
  name: string,
  x: Shape,
  weight: Shape,
  options: Omit<ConvolutionOptions, 'bias'> = {},
): GradientCase => ({
  name: `convolution: ${name}`,
  operands: { x, weight, bias: [weight[0] as number] },
  build: (o) =>
    convolution(o.x as Tensor, o.weight as Tensor, { ...options, bias: o.bias as Tensor }),
  dataType: 'float32',
})

const pool = (name: string, x: Shape, options: PoolingOptions): GradientCase => ({
  name: `pooling: ${name}`,
  operands: { x },
  build: (o) => [maxPool(o.x as Tensor, options), averagePool(o.x as Tensor, options)],
  dataType: 'float32',
})

const sizes = [
  { batch: 2, time: 7, high: 6, wide: 5 },
  { batch: 1, time: 8, high: 5, wide: 8 },
  { batch: 3, time: 9, high: 7, wide: 6 },
]

describeGradients(
  'convolution',
  [
    conv('one axis', [2, 3, 7], [4, 3, 3]),
    conv('one axis, kernel of 1', ['batch', 3, 'time'], [2, 3, 1]),
    conv('padded', ['batch', 2, 'time'], [3, 2, 3], { padding: 1 }),
    conv('one side padded', [2, 2, 6], [3, 2, 4], { padding: { before: [3], after: [0] } }),
    conv('one side padded, strided, with names', ['batch', 2, 'time'], [2, 2, 4], {
      padding: { before: [0], after: [3] },
      stride: 3,
    }),
    ...[7, 8, 9].flatMap((size) =>
      [2, 3].map((stride) =>
        conv(`${size} elements in steps of ${stride}`, [2, 2, size], [3, 2, 3], {
          stride,
          padding: 1,
        }),
      ),
    ),
    conv('strided, with names', ['batch', 2, 'time'], [3, 2, 3], { stride: 2, padding: 1 }),
    conv('steps longer than the kernel', ['batch', 1, 'time'], [2, 1, 2], { stride: 3 }),
    conv('dilated', [2, 2, 9], [2, 2, 3], { dilation: 2, padding: 1 }),
    conv('dilated and strided, with names', ['batch', 2, 'time'], [2, 2, 3], {
      dilation: 2,
      stride: 2,
      padding: 2,
    }),
    conv('in groups', [2, 4, 6], [6, 2, 3], { groups: 2, padding: 1 }),
    conv('each channel by itself, strided, with names', ['batch', 3, 'time'], [3, 1, 3], {
      groups: 3,
      stride: 2,
      padding: 1,
    }),
    conv('in groups, dilated and strided, with names', ['batch', 4, 'time'], [2, 2, 2], {
      groups: 2,
      stride: 2,
      dilation: 3,
      padding: 1,
    }),
    conv('two axes', [2, 2, 5, 6], [3, 2, 3, 2]),
    conv('two axes of many windows', [1, 1, 17, 18], [2, 1, 2, 2]),
    conv('two axes, each its own way', ['batch', 2, 7, 6], [2, 2, 3, 2], {
      stride: [2, 3],
      padding: [1, 0],
      dilation: [2, 1],
    }),
    conv('two axes with names, in groups', ['batch', 2, 'high', 'wide'], [4, 1, 3, 3], {
      groups: 2,
      stride: 2,
      padding: 1,
    }),
    conv('three axes', [1, 2, 3, 4, 3], [2, 2, 2, 2, 2], { padding: 1, stride: 2 }),
    conv('a kernel as long as the input', [2, 3, 5], [2, 3, 5]),
    conv('of no samples', [0, 2, 5], [3, 2, 3], { padding: 1 }),
    conv('of no samples, in groups and steps of 2', [0, 4, 5, 4], [2, 2, 3, 2], {
      groups: 2,
      stride: 2,
    }),
    conv('padded by more than the kernel reaches', ['batch', 2, 'time'], [3, 2, 2], { padding: 3 }),
    {
      name: 'convolution on convolution, without a bias',
      operands: { x: ['batch', 2, 'time'], first: [3, 2, 3], second: [2, 3, 2] },
      build: (o) => {
        const once = convolution(o.x as Tensor, o.first as Tensor, { stride: 2, padding: 1 })
        return convolution(once, o.second as Tensor, { padding: 1 })
      },
      dataType: 'float32',
    },
  ],
  { sizes },
)

describeGradients(
  'pooling',
  [
    pool('one axis', [2, 3, 6], { kernel: 2 }),
    pool('leaves the rest of an odd axis', ['batch', 2, 'time'], { kernel: 2 }),
    pool('windows that overlap', ['batch', 2, 'time'], { kernel: 3, stride: 2 }),
    pool('windows that overlap, padded', ['batch', 2, 'time'], {
      kernel: 3,
      stride: 1,
      padding: 1,
    }),
    pool('of no samples', [0, 2, 5], { kernel: 2 }),
    pool('two axes', ['batch', 2, 'high', 'wide'], { kernel: 2 }),
    pool('two axes, each its own way', ['batch', 2, 'high', 'wide'], {
      kernel: [3, 2],
      stride: [1, 2],
      padding: [1, 0],
    }),
    {
      name: 'the first of equal maxima receives the gradient',
      operands: { x: { shape: [1, 1, 6], values: given([2, 2, 1, 1, 0, 0]) } },
      build: (o) => multiply(maxPool(o.x as Tensor, { kernel: 3, stride: 1 }), 2),
      dataType: 'float32',
      differences: false,
    },
  ],
  { sizes },
)
