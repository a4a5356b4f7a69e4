import { describe, expect, test } from 'vitest'
import { Graph, type Tensor } from '../../src/graph/index.js'
import {
  maxOverSteps,
  maxPoolSteps,
  meanOverSteps,
  statisticalPooling,
  timeConvolution,
} from '../../src/nn/index.js'
import { evaluate } from '../reference/evaluate.js'
import { describeGradients } from '../support/gradients/index.js'
import { layerCase, lengths, sequence } from '../support/models/layers.js'

/** ONNX Runtime keeps epsilons in single precision only. */
const fused = { tolerance: 1e-7 } as const
type Inputs = Readonly<Record<string, Tensor>>
const at = (inputs: Inputs, name: string) => inputs[name] as Tensor

describeGradients(
  'pooling and convolution over time against the reference',
  [
    layerCase('mean over steps', { x: sequence }, (_, inputs) => meanOverSteps(at(inputs, 'x'))),
    layerCase('mean over valid steps', { x: sequence, lengths }, (_, inputs) =>
      meanOverSteps(at(inputs, 'x'), at(inputs, 'lengths')),
    ),
    layerCase(
      'statistical pooling',
      { x: ['batch', 4], y: ['batch', 4], z: ['batch', 4] },
      (_, inputs) => {
        const vectors = [at(inputs, 'x'), at(inputs, 'y'), at(inputs, 'z')] as const
        const { mean, deviation } = statisticalPooling(vectors)
        return [mean, deviation]
      },
      fused,
    ),
    layerCase('maximum over valid steps', { x: sequence, lengths }, (_, inputs) =>
      maxOverSteps(at(inputs, 'x'), at(inputs, 'lengths')),
    ),
    ...[1, 2, 4].map((size) =>
      layerCase(
        `maxima of ${size} steps each`,
        { x: sequence, lengths },
        (_, inputs) => {
          const pooled = maxPoolSteps(at(inputs, 'x'), at(inputs, 'lengths'), size)
          return [pooled.steps, pooled.lengths]
        },
        { dataType: 'float32' },
      ),
    ),
    ...[2, 3, 5].map((inputSteps) =>
      layerCase(`time convolution of ${inputSteps} steps`, { x: sequence }, (scope, inputs) =>
        timeConvolution(scope, { inputSteps, steps: 2 })(at(inputs, 'x')),
      ),
    ),
  ],
  { sizes: [{ batch: 2, time: 3 }] },
)

describe('maxima over steps', () => {
  const graph = new Graph()
  const x = graph.input('x', 'float32', ['batch', 'time', 1])
  const counts = graph.input('lengths', 'int64', ['batch'])
  const pooled = maxPoolSteps(x, counts, 2)
  const [whole, steps, halves] = evaluate(
    [maxOverSteps(x, counts), pooled.steps, pooled.lengths],
    new Map([
      [x, { shape: [3, 3, 1], data: [-5, -4, -6, -3, 9, 9, 9, 9, 9] }],
      [counts, { shape: [3], data: [3, 1, 0] }],
    ]),
  )

  test('leave padding out, even where everything else is less', () => {
    expect(whole?.data.map((value) => value + 0)).toEqual([-4, -3, 0])
    expect(steps?.data.map((value) => value + 0)).toEqual([-4, -6, -3, 0, 0, 0])
    expect(halves?.data).toEqual([2, 1, 0])
  })
})
