import type { Tensor } from '../../src/graph/index.js'
import {
  batchNorm,
  embedding,
  layerNorm,
  linear,
  multiHeadAttention,
  multPositions,
  recurrent,
  runTogether,
  sinusoidalPositions,
  transformer,
  transformerLayer,
  unbiasedLayerNorm,
} from '../../src/nn/index.js'
import { describeGradients, given } from '../support/gradients/index.js'
import { layerCase, lengths, sequence } from '../support/models/layers.js'

const sizes = [{ batch: 2, time: 3 }]
/** ONNX Runtime has the error function and the recurrent operators in single precision only. */
const single = { dataType: 'float32' } as const
/** ONNX Runtime keeps epsilons and factors that it fuses into products in single precision. */
const fused = { tolerance: 1e-7 } as const
type Inputs = Readonly<Record<string, Tensor>>
const input = (inputs: Inputs, name = 'x') => inputs[name] as Tensor

describeGradients(
  'layers against the reference',
  [
    layerCase('linear', { x: sequence }, (scope, inputs) =>
      linear(scope, { inputs: 4, units: 3 })(input(inputs)),
    ),
    layerCase('linear without bias', { x: sequence }, (scope, inputs) =>
      linear(scope, { inputs: 4, units: 3, bias: false })(input(inputs)),
    ),
    layerCase(
      'layer norm',
      { x: sequence },
      (scope, inputs) => layerNorm(scope, { width: 4 })(input(inputs)),
      fused,
    ),
    layerCase(
      'layer norm by the unbiased deviation',
      { x: sequence },
      (scope, inputs) => unbiasedLayerNorm(scope, { width: 4 })(input(inputs)),
      fused,
    ),
    layerCase(
      'embedding with padding',
      {
        indices: { shape: ['batch', 3], dataType: 'int64', values: given([2, 1, 0, 2, 2, 3]) },
      },
      (scope, inputs) =>
        embedding(scope, { count: 4, width: 3, padding: 1 })(input(inputs, 'indices')),
    ),
    layerCase(
      'self-attention',
      { x: sequence, lengths },
      (scope, inputs) => {
        const attend = multiHeadAttention(scope, { width: 4, heads: 2 })
        const { outputs, weights } = attend({
          query: input(inputs),
          lengths: input(inputs, 'lengths'),
        })
        return [outputs, weights]
      },
      fused,
    ),
    layerCase(
      'cross-attention with an additive mask and no biases',
      { x: sequence, y: ['batch', 2, 4], mask: ['time', 2] },
      (scope, inputs) =>
        multiHeadAttention(scope, { width: 4, heads: 2, bias: false })({
          query: input(inputs),
          key: input(inputs, 'y'),
          mask: input(inputs, 'mask'),
        }).outputs,
      fused,
    ),
    layerCase(
      'attention by linear layers of its own',
      { x: sequence, y: ['batch', 2, 4], mask: ['batch', 1, 1, 2] },
      (scope, inputs) =>
        multiHeadAttention(scope, { width: 4, heads: 2, separate: true })({
          query: input(inputs),
          key: input(inputs, 'y'),
          mask: input(inputs, 'mask'),
        }).outputs,
      fused,
    ),
    layerCase(
      'attention with another width of keys and values, and both masks',
      { x: sequence, y: ['batch', 3, 3], z: ['batch', 3, 2], mask: ['time', 3], lengths },
      (scope, inputs) =>
        multiHeadAttention(scope, { width: 4, heads: 2, keyWidth: 3, valueWidth: 2 })({
          query: input(inputs),
          key: input(inputs, 'y'),
          value: input(inputs, 'z'),
          mask: input(inputs, 'mask'),
          lengths: input(inputs, 'lengths'),
        }).outputs,
      fused,
    ),
    layerCase(
      'attention with keys and values of their own',
      { x: sequence, y: ['batch', 2, 4], z: ['batch', 2, 4] },
      (scope, inputs) =>
        multiHeadAttention(scope, { width: 4, heads: 1 })({
          query: input(inputs),
          key: input(inputs, 'y'),
          value: input(inputs, 'z'),
        }).outputs,
    ),
    layerCase(
      'transformer layer, post-norm',
      { x: sequence, lengths },
      (scope, inputs) => {
        const layer = transformerLayer(scope, {
          width: 4,
          heads: 2,
          feedForward: 5,
          activation: 'gelu',
        })
        return layer({ input: input(inputs), lengths: input(inputs, 'lengths') }).outputs
      },
      single,
    ),
    layerCase(
      'transformer stack, pre-norm, over a memory',
      { x: sequence, memory: ['batch', 2, 4] },
      (scope, inputs) =>
        transformer(scope, {
          width: 4,
          heads: 2,
          feedForward: 5,
          activation: 'gelu',
          order: 'pre-norm',
          layers: 2,
          finalNorm: true,
        })({ input: input(inputs), memory: input(inputs, 'memory') }).outputs,
      single,
    ),
    layerCase('sinusoidal positions', { x: sequence }, (_, inputs) =>
      sinusoidalPositions(input(inputs)),
    ),
    layerCase('positions of MulT', { x: ['batch', 'time', 5] }, (_, inputs) =>
      multPositions(input(inputs)),
    ),
  ],
  { sizes },
)

describeGradients(
  'normalisation by the batch, at inference',
  [
    layerCase('batch norm', { x: ['batch', 3, 2] }, (scope, inputs) => {
      // A large epsilon, since the running variance is drawn too and may come out negative.
      const normalise = batchNorm(scope, { channels: 3, epsilon: 4 })
      return normalise(input(inputs))
    }),
  ],
  { sizes: [{ batch: 3 }] },
)

const recurrentCases = (['lstm', 'gru'] as const).flatMap((kind) => [
  layerCase(
    `${kind}, two layers, both directions`,
    { x: sequence, lengths },
    (scope, inputs) => {
      const layer = recurrent(scope, { kind, inputs: 4, hidden: 2, layers: 2, bidirectional: true })
      const { outputs, last } = layer(input(inputs), input(inputs, 'lengths'))
      return [outputs, last]
    },
    single,
  ),
  layerCase(
    `${kind}, one direction, no lengths`,
    { x: sequence },
    (scope, inputs) => {
      const layer = recurrent(scope, { kind, inputs: 4, hidden: 3 })
      const { outputs, last } = layer(input(inputs))
      return [outputs, last]
    },
    single,
  ),
  layerCase(
    `${kind}, layers together, directions summed`,
    { x: sequence, y: ['batch', 'time', 2], lengths },
    (scope, inputs) => {
      const common = { kind, hidden: 2, bidirectional: true, merge: 'sum' } as const
      const one = recurrent(scope.child('one'), { ...common, inputs: 4 })
      const two = recurrent(scope.child('two'), { ...common, inputs: 2 })
      const results = runTogether(
        [one, two],
        [input(inputs), input(inputs, 'y')],
        input(inputs, 'lengths'),
      )
      return results.map(({ outputs }) => outputs)
    },
    single,
  ),
])
describeGradients('recurrent layers against the reference', recurrentCases, {
  sizes,
  inference: true,
})
