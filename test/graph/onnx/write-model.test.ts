/** Writing a graph as an ONNX model: inputs, outputs and stored weights. */
import { fromBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { add, affine, Graph, type Tensor, tanh, writeModel } from '../../../src/graph/index.js'
import { ModelProtoSchema } from '../../../src/graph/onnx/generated/onnx_pb.js'
import { openSession } from '../../../src/runtime/node.js'
import { fromValue, toValue } from '../../support/gradients/index.js'
import { initialiser, inputs } from '../inputs.js'

describe('models', () => {
  test('stored weights need not be fed', async () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: ['batch', 2] }) as [Tensor]
    const weight = graph.parameter('layer/weight', [3, 2], initialiser)
    const y = affine(x, weight)
    const model = writeModel({
      inputs: new Map([['x', x]]),
      outputs: new Map([['y', y]]),
      weights: new Map([['layer/weight', Float32Array.of(1, 0, 0, 1, 1, 1)]]),
    })
    const session = await openSession(model, { threads: 1 })
    expect(session.inputNames).toEqual(['x'])
    const feeds = new Map([['x', toValue('float32', { shape: [2, 2], data: [1, 2, 3, 4] })]])
    const results = await session.run(feeds)
    expect(fromValue(results.get('y') as never)).toEqual({
      shape: [2, 3],
      data: [1, 2, 3, 3, 4, 7],
    })
    await session.close()
  })

  test('weights that nothing reads are not stored', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const used = graph.parameter('used', [2], initialiser)
    graph.parameter('unused', [2], initialiser)
    const weights = new Map(
      ['used', 'unused'].map((name) => [name, Float32Array.of(1, 2)] as const),
    )
    const outputs = new Map([['y', add(x, used)]])
    const model = writeModel({ inputs: graph.inputs, outputs, weights })
    const { graph: written } = fromBinary(ModelProtoSchema, model)
    expect(written?.initializer.map(({ name }) => name)).toEqual(['used'])
  })

  test('what is neither fed nor stored is named', () => {
    const graph = new Graph()
    const weight = graph.parameter('layer/weight', [3], initialiser)
    const outputs = new Map([['y', tanh(weight)]])
    expect(() => writeModel({ inputs: new Map(), outputs })).toThrow(/layer\/weight/)
    expect(() => writeModel({ inputs: new Map(), outputs: new Map() })).toThrow(
      /needs at least one output/,
    )
  })

  test('an input can be an output, and one tensor two outputs', async () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const outputs = new Map([
      ['same', x],
      ['one', tanh(x)],
      ['two', tanh(x)],
    ])
    const session = await openSession(writeModel({ inputs: graph.inputs, outputs }), { threads: 1 })
    const results = await session.run(
      new Map([['x', toValue('float32', { shape: [2], data: [0, 0] })]]),
    )
    expect([...results.keys()]).toEqual(['same', 'one', 'two'])
    await session.close()
  })
})
