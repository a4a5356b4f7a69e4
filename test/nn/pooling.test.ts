import type { Tensor } from '../../src/graph/index.js'
import { meanOverSteps, statisticalPooling, timeConvolution } from '../../src/nn/index.js'
import { describeGradients, type Operand } from '../support/gradients/index.js'
import { layerCase } from '../support/models/layers.js'

const sequence = ['batch', 'time', 4] as const
const lengths: Operand = {
  shape: ['batch'],
  dataType: 'int64',
  values: ([batch = 0]) => [3, 1, 2].slice(0, batch),
}
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
    ...[2, 3, 5].map((inputSteps) =>
      layerCase(`time convolution of ${inputSteps} steps`, { x: sequence }, (scope, inputs) =>
        timeConvolution(scope, { inputSteps, steps: 2 })(at(inputs, 'x')),
      ),
    ),
  ],
  { sizes: [{ batch: 2, time: 3 }] },
)
