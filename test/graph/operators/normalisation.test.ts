import { batchNorm, layerNorm, type Tensor } from '../../../src/graph/index.js'
import {
  between,
  describeGradients,
  type GradientCase,
  type Operand,
} from '../../support/gradients/index.js'

const layer = (
  name: string,
  x: GradientCase['operands'][string],
  scale: Operand['shape'],
  options: Partial<GradientCase> = {},
): GradientCase => ({
  name,
  operands: { x, scale, bias: scale },
  build: (o) => [
    layerNorm(o.x as Tensor, o.scale as Tensor, o.bias as Tensor),
    layerNorm(o.x as Tensor, o.scale as Tensor, undefined, 0.1),
  ],
  ...options,
})

const batch = (
  name: string,
  x: Operand['shape'],
  training: boolean,
  options: Partial<GradientCase> = {},
): GradientCase => ({
  name,
  operands: {
    x,
    scale: [3],
    bias: [3],
    mean: { shape: [3], differentiate: !training },
    variance: { shape: [3], values: between(0.5, 2), differentiate: !training },
  },
  build: (o) =>
    Object.values(
      batchNorm({
        input: o.x as Tensor,
        scale: o.scale as Tensor,
        bias: o.bias as Tensor,
        runningMean: o.mean as Tensor,
        runningVariance: o.variance as Tensor,
        training,
        ...(training && { momentum: 0.3 }),
      }),
    ).slice(0, training ? 3 : 1),
  // ONNX holds epsilon in single precision.
  tolerance: 1e-6,
  ...options,
})

describeGradients(
  'normalisation',
  [
    layer('layerNorm over the last axis', ['batch', 'time', 5], [5], { tolerance: 1e-6 }),
    layer('layerNorm over two axes', ['batch', 3, 4], [3, 4], { tolerance: 1e-6 }),
    layer('layerNorm in single precision', [4, 7], [7], { dataType: 'float32' }),
    // Mean and deviation come in single precision even then.
    layer('layerNorm of one element', [3, 1], [1], { tolerance: 1e-4 }),
    layer('layerNorm of no rows', [0, 4], [4], { tolerance: 1e-6 }),
    layer('layerNorm of numbers far from 0', { shape: [3, 6], values: between(1000, 1001) }, [6], {
      tolerance: 1e-3,
    }),
    // The running statistics carry no gradient on purpose, so differences would show one.
    batch('batchNorm in training', ['batch', 3, 'time'], true, { differences: false }),
    batch('batchNorm in training, rank 2', ['batch', 3], true, { differences: false }),
    batch('batchNorm in training, rank 4', [2, 3, 'time', 2], true, { differences: false }),
    {
      ...batch(
        'batchNorm in training: differences of the output alone',
        ['batch', 3, 'time'],
        true,
      ),
      build: (o) =>
        batchNorm({
          input: o.x as Tensor,
          scale: o.scale as Tensor,
          bias: o.bias as Tensor,
          runningMean: o.mean as Tensor,
          runningVariance: o.variance as Tensor,
          training: true,
        }).output,
    },
    batch('batchNorm in inference', ['batch', 3, 'time'], false),
    batch('batchNorm in inference, rank 2', ['batch', 3], false),
    batch('batchNorm in single precision', [3, 3, 4], false, {
      dataType: 'float32',
      tolerance: 2e-5,
    }),
    batch('batchNorm in training, single precision', [3, 3, 4], true, {
      dataType: 'float32',
      tolerance: 2e-5,
      differences: false,
    }),
  ],
  {
    sizes: [
      { batch: 3, time: 4 },
      { batch: 6, time: 2 },
    ],
  },
)
