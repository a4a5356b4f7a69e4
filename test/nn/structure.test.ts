import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { RandomStream } from '../../src/base/random.js'
import {
  gradients,
  multiply,
  reduceSum,
  stack,
  type Tensor,
  writeModel,
} from '../../src/graph/index.js'
import {
  batchNorm,
  binaryCrossEntropy,
  crossEntropy,
  dropout,
  embedding,
  l1Loss,
  layerNorm,
  linear,
  meanSquaredError,
  multiHeadAttention,
  multPositions,
  recurrent,
  Scope,
  sinusoidalPositions,
  transformerLayer,
} from '../../src/nn/index.js'
import { openSession } from '../../src/runtime/node.js'
import { fromValue, toValue } from '../support/gradients/index.js'

async function run(
  inputs: ReadonlyMap<string, Tensor>,
  output: Tensor,
  shape: number[],
  data: number[],
) {
  const outputs = new Map([['output', output]])
  const session = await openSession(writeModel({ inputs, outputs }), { threads: 1 })
  const [name = ''] = inputs.keys()
  const results = await session.run(new Map([[name, toValue('float32', { shape, data })]]))
  await session.close()
  const result = results.get('output')
  if (!result) throw new Error('no output')
  return fromValue(result)
}

describe('declaring and applying', () => {
  test('a layer applied twice shares its weights', () => {
    const scope = new Scope()
    const layer = linear(scope, { inputs: 3, units: 3 })
    const x = scope.graph.input('x', 'float32', ['batch', 3])
    layer(layer(x))
    expect([...scope.graph.parameters.keys()]).toEqual(['weight', 'bias'])
  })
  test('a name cannot be declared twice', () => {
    const scope = new Scope()
    linear(scope, { inputs: 3, units: 3 })
    expect(() => linear(scope, { inputs: 3, units: 3 })).toThrow(LimbicError)
  })
  test('heads must share the width', () => {
    expect(() => multiHeadAttention(new Scope().child('a'), { width: 10, heads: 4 })).toThrow(
      'multi-head attention a: the width must be divisible by the number of heads: expected a multiple of 4, got width 10',
    )
  })
  test('a frozen table is not trained', () => {
    const scope = new Scope()
    embedding(scope, { count: 3, width: 2, frozen: true })
    expect(scope.graph.parameters.get('weight')?.trainable).toBe(false)
  })
  test('running statistics are no trained parameters; inference leaves them alone', () => {
    const scope = new Scope()
    const x = scope.graph.input('x', 'float32', ['batch', 3])
    batchNorm(scope, { channels: 3 })(x)
    const trained = [...scope.graph.parameters.values()].filter(({ trainable }) => trainable)
    expect(trained.map(({ name }) => name)).toEqual(['weight', 'bias'])
    expect(scope.graph.updates.size).toBe(0)
  })
  test('names of a transformer layer are those of PyTorch', () => {
    const scope = new Scope()
    transformerLayer(scope, { width: 4, heads: 2, feedForward: 8 })
    expect([...scope.graph.parameters.keys()].sort()).toEqual([
      'linear1.bias',
      'linear1.weight',
      'linear2.bias',
      'linear2.weight',
      'norm1.bias',
      'norm1.weight',
      'norm2.bias',
      'norm2.weight',
      'self_attn.in_proj_bias',
      'self_attn.in_proj_weight',
      'self_attn.out_proj.bias',
      'self_attn.out_proj.weight',
    ])
  })
  test('inputs of another width are refused while the graph is built', () => {
    const scope = new Scope()
    const x = scope.graph.input('x', 'float32', ['batch', 'time', 5])
    const layer = recurrent(scope, { inputs: 4, hidden: 2 })
    expect(() => layer(x)).toThrow(LimbicError)
  })
})

describe('where dropout draws', () => {
  const masks = (training: boolean) => {
    const scope = new Scope(undefined, training)
    const x = scope.graph.input('x', 'float32', ['batch', 'time', 4])
    const layer = transformerLayer(scope, { width: 4, heads: 2, feedForward: 8, dropout: 0.1 })
    layer({ input: x })
    return scope.graph.dropoutMasks.map(({ tensor }) => tensor.shape)
  }
  test('attention weights, residuals and activations, in training only', () => {
    expect(masks(false)).toEqual([])
    const steps = ['batch', 'time', 4]
    const bits = ['batch', 2, '(time*time+7)//8']
    expect(masks(true)).toEqual([bits, steps, ['batch', 'time', 8], steps])
  })
  test('between recurrent layers, not after the last', () => {
    const scope = new Scope(undefined, true)
    const x = scope.graph.input('x', 'float32', ['batch', 'time', 4])
    recurrent(scope, { inputs: 4, hidden: 2, layers: 3, dropout: 0.5 })(x)
    expect(scope.graph.dropoutMasks).toHaveLength(2)
  })
  test('every application draws its own mask', () => {
    const scope = new Scope(undefined, true)
    const x = scope.graph.input('x', 'float32', [2])
    const drop = dropout(scope, 0.5)
    expect(drop(x)).not.toBe(drop(x))
  })
})

describe('positions', () => {
  test('sinusoids in closed form', async () => {
    const scope = new Scope()
    const x = scope.graph.input('x', 'float32', ['batch', 'time', 6])
    const found = await run(
      scope.graph.inputs,
      sinusoidalPositions(x),
      [1, 5, 6],
      Array(30).fill(1),
    )
    expect(found.shape).toEqual([5, 6])
    for (let step = 0; step < 5; step++) {
      for (let place = 0; place < 6; place++) {
        const angle = step / 10_000 ** ((place - (place % 2)) / 6)
        const wanted = place % 2 === 0 ? Math.sin(angle) : Math.cos(angle)
        expect(found.data[step * 6 + place]).toBeCloseTo(wanted, 6)
      }
    }
  })
  test('positions of MulT count from 1, all sines first, and skip empty steps', async () => {
    const scope = new Scope()
    const x = scope.graph.input('x', 'float32', [1, 'time', 5])
    const data = [1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 0, 0, 0, 0]
    const found = await run(scope.graph.inputs, multPositions(x), [1, 3, 5], data)
    const row = (position: number) => [
      Math.sin(position),
      Math.sin(position * 1e-4),
      Math.cos(position),
      Math.cos(position * 1e-4),
      0,
    ]
    const wanted = [...row(1), 0, 0, 0, 0, 0, ...row(3)]
    for (const [place, value] of found.data.entries()) {
      expect(value).toBeCloseTo(wanted[place] as number, 6)
    }
  })
})

test('a gradient that needs no more of a normalisation than its statistics', async () => {
  const scope = new Scope()
  const x = scope.graph.input('x', 'float32', [2, 3])
  const upstream = scope.graph.constant([1, -2, 3, 4, 5, -6], [2, 3], 'float32')
  const loss = reduceSum(multiply(layerNorm(scope, { width: 3 })(x), upstream))
  const [gradient] = gradients(loss, [x]) as [Tensor]
  const weights = new Map([['weight', new Float32Array(3).fill(1)]])
  const model = writeModel({
    inputs: scope.graph.inputs,
    outputs: new Map([['gradient', gradient]]),
    weights: weights.set('bias', new Float32Array(3)),
  })
  const session = await openSession(model, { threads: 1 })
  const feeds = new Map([['x', toValue('float32', { shape: [2, 3], data: [1, 2, 4, 0, 3, 1] })]])
  const values = Array.from((await session.run(feeds)).get('gradient')?.data ?? [], Number)
  await session.close()
  // What a normalisation passes back adds up to nothing in each row.
  const rows = [values.slice(0, 3), values.slice(3)]
  for (const row of rows) {
    expect(Math.max(...row.map(Math.abs))).toBeGreaterThan(0.1)
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5)
  }
})

test('cross entropy in closed form: logits of nothing cost the logarithm of the classes', async () => {
  const scope = new Scope()
  const logits = scope.graph.input('logits', 'float32', [2, 4])
  const loss = crossEntropy(logits, scope.graph.constant([2, 1], [2], 'int64'))
  const found = await run(scope.graph.inputs, loss, [2, 4], Array(8).fill(3))
  expect(found.data[0]).toBeCloseTo(Math.log(4), 6)
})

test('losses compare tensors of one shape: none is stretched to the other', () => {
  const { graph } = new Scope()
  const column = graph.input('column', 'float32', ['batch', 1])
  const row = graph.input('row', 'float32', ['batch'])
  for (const loss of [l1Loss, meanSquaredError, binaryCrossEntropy]) {
    expect(() => loss(column, row)).toThrow(LimbicError)
  }
  expect(() => l1Loss(column, row)).toThrow(/expected \[batch, 1\], got \[batch\]/)
})

/** What a graph with one input gives, its parameters drawn at random but for running variances of 1. */
async function runWithWeights({ graph }: Scope, output: Tensor, shape: number[], data: number[]) {
  const weights = new Map(
    [...graph.parameters.values()].map(({ name, shape: own }) => {
      const random = new RandomStream(1, name)
      const length = own.reduce((product, size) => product * size, 1)
      const draw = () => (name === 'running_var' ? 1 : random.normal())
      return [name, Float32Array.from({ length }, draw)]
    }),
  )
  const outputs = new Map([['output', output]])
  const model = writeModel({ inputs: graph.inputs, outputs, weights })
  const session = await openSession(model, { threads: 1 })
  const results = await session.run(new Map([['x', toValue('float32', { shape, data })]]))
  await session.close()
  return Array.from(results.get('output')?.data ?? [], Number)
}

test('batch normalisation of one value a channel keeps its running variance a number', async () => {
  const scope = new Scope(undefined, true)
  const x = scope.graph.input('x', 'float32', ['batch', 2])
  batchNorm(scope, { channels: 2 })(x)
  const variance = scope.graph.updates.get('running_var') as Tensor
  const found = await runWithWeights(scope, variance, [1, 2], [3, -1])
  // One value varies by nothing: a tenth of that, and nine of what was there.
  expect(found).toHaveLength(2)
  for (const value of found) expect(value).toBeCloseTo(0.9, 6)
})

test('a mask for each head, the same for all samples', async () => {
  const scope = new Scope()
  const x = scope.graph.input('x', 'float32', ['batch', 2, 4])
  const attend = multiHeadAttention(scope, { width: 4, heads: 2 })
  const hidden = [0, -1e5, 0, -1e5, -1e5, 0, -1e5, 0]
  const outputs = [
    [2, 2, 2],
    [1, 2, 2, 2],
  ].map((shape) => {
    const mask = scope.graph.constant(hidden, shape, 'float32')
    return attend({ query: x, mask }).outputs
  })
  const all = stack([attend({ query: x }).outputs, ...outputs], 0)
  const data = Array.from({ length: 24 }, (_, place) => Math.sin(place))
  const found = await runWithWeights(scope, all, [3, 2, 4], data)
  const [plain, own, shared] = [0, 24, 48].map((start) => found.slice(start, start + 24))
  expect(own).toEqual(shared)
  expect(own).not.toEqual(plain)
})
