/** A model that fits on a screen, with its weights inside: an LSTM over time and a linear layer. */
import { writeModel } from '../../../src/graph/index.js'
import { linear, recurrent, Scope } from '../../../src/nn/index.js'
import type { Value } from '../../../src/runtime/session.js'
import { initialValues } from './layers.js'

export function smallRecurrentModel(): Uint8Array {
  const scope = new Scope()
  const x = scope.graph.input('x', 'float32', ['batch', 'time', 3])
  const lengths = scope.graph.input('lengths', 'int64', ['batch'])
  const layer = recurrent(scope.child('encoder'), { inputs: 3, hidden: 4, bidirectional: true })
  const head = linear(scope.child('head'), { inputs: layer.width, units: 2 })
  const y = head(layer(x, lengths).last)
  const weights = new Map(
    [...scope.graph.parameters.values()].map(({ name, shape, initialiser }) => [
      name,
      initialValues(initialiser, shape, 1, name),
    ]),
  )
  return writeModel({ inputs: scope.graph.inputs, outputs: new Map([['y', y]]), weights })
}

/** Two sequences, of five and of three steps. */
export function smallFeeds(): Map<string, Value> {
  const data = Float32Array.from({ length: 30 }, (_, place) => Math.sin(place))
  return new Map<string, Value>([
    ['x', { dataType: 'float32', shape: [2, 5, 3], data }],
    ['lengths', { dataType: 'int64', shape: [2], data: BigInt64Array.of(5n, 3n) }],
  ])
}
