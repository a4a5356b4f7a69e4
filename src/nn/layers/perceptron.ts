/** A perceptron of one hidden layer. */
import { relu } from '../../graph/index.js'
import type { Layer, Scope } from '../scope.js'
import { dropout } from './dropout.js'
import { linear } from './linear.js'

/**
 * Linear, ReLU, dropout, linear: [..., inputs] to [..., outputs]. Layers: `fc1`, `fc2`.
 *
 * @param sizes.units width of the hidden layer
 * @param sizes.dropout probability on the hidden layer; default: none
 */
export function perceptron(
  scope: Scope,
  sizes: {
    readonly inputs: number
    readonly units: number
    readonly outputs: number
    readonly dropout?: number
  },
): Layer {
  const { inputs, units, outputs } = sizes
  const first = linear(scope.child('fc1'), { inputs, units })
  const drop = dropout(scope, sizes.dropout ?? 0)
  const last = linear(scope.child('fc2'), { inputs: units, units: outputs })
  return (input) => last(drop(relu(first(input))))
}
