import { expect, test } from 'vitest'
import { LimbicError } from '../../../src/base/errors.js'
import { RandomStream } from '../../../src/base/random.js'
import {
  add,
  attention,
  averageAttention,
  countFlops,
  type Dimension,
  Graph,
  gradients,
  matmul,
  multiply,
  packedShape,
  reduceSum,
  softmax,
  step,
  type Tensor,
  transpose,
  unpackBits,
  writeModel,
} from '../../../src/graph/index.js'
import { resolveDimension } from '../../../src/graph/shape/shape.js'
import { openSession } from '../../../src/runtime/node.js'
import type { Value } from '../../../src/runtime/session.js'
import { evaluate } from '../../reference/evaluate.js'
import { describeGradients, type GradientCase, integers } from '../../support/gradients/index.js'

const queries = ['batch', 2, 'time', 3] as const
const keys = ['batch', 2, 'keys', 3] as const
const values = ['batch', 2, 'keys', 4] as const
const operands = { query: queries, key: keys, value: values }
const scores = ['batch', 2, 'time', 'keys'] as const

function build(given: Readonly<Record<string, Tensor>>, masks: readonly string[] = []): Tensor {
  return attention({
    query: given.query as Tensor,
    key: given.key as Tensor,
    value: given.value as Tensor,
    scale: 0.7,
    masks: masks.map((name) => given[name] as Tensor),
    drop: given.drop && { bits: given.drop, probability: 0.25 },
  })
}

/** ONNX Runtime keeps factors that it fuses into products in single precision. */
const tolerance = 1e-7
const cases: GradientCase[] = [
  { name: 'plain', operands, build: (given) => build(given), tolerance },
  {
    name: 'masks: for all alike, and for each sample',
    operands: {
      ...operands,
      all: ['time', 'keys'],
      each: ['batch', 2, 1, 'keys'],
      heads: ['batch', 1, 'time', 'keys'],
      full: scores,
    },
    build: (given) => build(given, ['all', 'each', 'heads', 'full']),
    tolerance,
  },
  {
    name: 'dropout and a mask',
    operands: {
      ...operands,
      all: ['time', 'keys'],
      drop: { shape: packedShape(scores), dataType: 'uint8', values: integers(0, 256) },
    },
    build: (given) => build(given, ['all']),
    tolerance,
  },
]
describeGradients('attention, all samples in one turn', cases, {
  sizes: [
    { batch: 2, time: 3, keys: 4 },
    { batch: 1, time: 1, keys: 1 },
  ],
})

const shares = { shape: ['batch', 2, 1, 'time'], differentiate: false }
describeGradients(
  'the average of attention over its queries',
  cases.map(({ build: _, ...each }) => ({
    ...each,
    operands: { ...each.operands, shares },
    build: (given) => {
      const masks = ['all', 'each', 'heads', 'full'].flatMap((name) => given[name] ?? [])
      const { query, key, value, shares, drop } = given as Record<
        'query' | 'key' | 'value' | 'shares',
        Tensor
      > &
        Record<string, Tensor | undefined>
      return averageAttention(
        { query, key, value, scale: 0.7, masks, drop: drop && { bits: drop, probability: 0.25 } },
        shares,
      )
    },
  })),
  {
    sizes: [
      { batch: 2, time: 3, keys: 4 },
      { batch: 1, time: 1, keys: 1 },
    ],
  },
)

// Heads of 257 x 257 scores go by themselves, two of 182 x 182 together, and so do samples of 20 x 20.
test.each([257, 182, 20])('the loop gives what whole products give, at %i steps', async (time) => {
  const graph = new Graph()
  const random = new RandomStream(1, 'attention', time)
  const feeds = new Map<string, Value>()
  const sizes = new Map(Object.entries({ batch: 3, time, keys: time }))
  const inNumbers = (named: readonly Dimension[]) => {
    const shape = named.map((size) => resolveDimension(size, sizes) ?? 0)
    return { shape, count: shape.reduce((product, size) => product * size, 1) }
  }
  const declare = (name: string, named: readonly Dimension[]) => {
    const { shape, count } = inNumbers(named)
    const data = Float32Array.from({ length: count }, () => random.normal())
    feeds.set(name, { dataType: 'float32', shape, data })
    return graph.input(name, 'float32', named)
  }
  const [query, key, value] = [
    declare('query', queries),
    declare('key', keys),
    declare('value', values),
  ]
  const mask = declare('mask', ['batch', 2, 1, 'keys'])
  const shared = declare('shared', ['batch', 1, 'time', 'keys'])
  const bits = graph.input('bits', 'uint8', packedShape(scores))
  const packed = inNumbers(bits.shape)
  const bytes = Uint8Array.from({ length: packed.count }, () => random.integer(256))
  feeds.set('bits', { dataType: 'uint8', shape: packed.shape, data: bytes })
  const drop = { bits, probability: 0.25 }
  const kept = multiply(unpackBits(bits, 'time', 'keys'), 4 / 3)
  const weights = multiply(softmax(add(multiply(matmul(query, transpose(key)), 0.7), mask)), kept)
  const plain = softmax(multiply(matmul(query, transpose(key)), 0.7))
  const upstream = declare('upstream', ['batch', 2, 'time', 4])
  const pairs: readonly (readonly [Tensor, Tensor])[] = [
    [attention({ query, key, value, scale: 0.7, masks: [mask], drop }), matmul(weights, value)],
    [attention({ query, key, value, scale: 0.7 }), matmul(plain, value)],
    [
      attention({ query, key, value, scale: 0.7, masks: [shared], drop }),
      matmul(
        multiply(softmax(add(multiply(matmul(query, transpose(key)), 0.7), shared)), kept),
        value,
      ),
    ],
  ]
  const parts = multiply(declare('shares', ['batch', 2, 1, 'time']), 1 / time)
  const averages: typeof pairs = [
    [
      averageAttention({ query, key, value, scale: 0.7, masks: [mask], drop }, parts),
      matmul(parts, matmul(weights, value)),
    ],
    [
      averageAttention({ query, key, value, scale: 0.7 }, parts),
      matmul(parts, matmul(plain, value)),
    ],
  ]
  const outputs = new Map<string, Tensor>()
  for (const [index, pair] of [...pairs, ...averages].entries()) {
    for (const [side, output] of pair.entries()) {
      outputs.set(`${index} output ${side}`, output)
      const loss = reduceSum(multiply(output, upstream))
      for (const [source, gradient] of gradients(loss, [query, key, value]).entries()) {
        outputs.set(`${index} gradient ${source} ${side}`, gradient)
      }
    }
  }
  const session = await openSession(writeModel({ inputs: graph.inputs, outputs }), { threads: 1 })
  const results = await session.run(feeds)
  await session.close()
  for (const name of outputs.keys()) {
    if (!name.endsWith(' 0')) continue
    const [found, wanted] = [name, name.replace(/0$/, '1')].map(
      (each) => results.get(each)?.data as Float32Array,
    ) as [Float32Array, Float32Array]
    const scale = wanted.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1)
    const gap = found.reduce(
      (most, entry, place) => Math.max(most, Math.abs(entry - (wanted[place] as number))),
      0,
    )
    expect(gap / scale, name).toBeLessThan(2e-6)
  }
})

test('operands that do not fit are refused while the graph is built', () => {
  const graph = new Graph()
  const query = graph.input('query', 'float32', queries)
  const key = graph.input('key', 'float32', keys)
  const value = graph.input('value', 'float32', ['batch', 2, 'time', 4])
  expect(() => attention({ query, key, value, scale: 1 })).toThrow(LimbicError)
  expect(() => attention({ query, key, value, scale: 1 })).toThrow(
    /operand value has the wrong type or shape/,
  )
  const floats = graph.input('floats', 'float32', ['batch', 2, 'time', 'time'])
  expect(() =>
    attention({
      query,
      key: query,
      value: query,
      scale: 1,
      drop: { bits: floats, probability: 0.5 },
    }),
  ).toThrow(/operand drop has the wrong type or shape/)
  expect(() => averageAttention({ query, key, value: key, scale: 1 }, query)).toThrow(
    /operand shares has the wrong type or shape/,
  )
  const mask = graph.input('mask', 'float32', ['keys'])
  expect(() => attention({ query, key, value: key, scale: 1, masks: [mask] })).toThrow(
    /operand mask has the wrong type or shape/,
  )
})

test('operations: two products, and five for each score', () => {
  const graph = new Graph()
  const [query, key, value] = ['q', 'k', 'v'].map((name) =>
    graph.input(name, 'float32', [2, 3, 4, 5]),
  ) as [Tensor, Tensor, Tensor]
  const { total } = countFlops([attention({ query, key, value, scale: 1 })], new Map())
  const count = 2 * 3 * 4 * 4
  expect(total).toBe(2 * (2 * count * 5) + 5 * count)
})

describeGradients(
  'the step function',
  (['float32', 'float64'] as const).map((dataType) => ({
    name: dataType,
    dataType,
    operands: { x: { shape: [8], values: () => [-1e30, -2, -1e-37, 0, 1.5e-38, 1e-20, 2, 1e38] } },
    build: ({ x }) => step(x as Tensor),
    differences: false,
  })),
)

test('bits: each of the eight in a byte gives a run of neighbours', () => {
  const graph = new Graph()
  const bits = graph.input('bits', 'uint8', packedShape([2, 3, 5]))
  expect(bits.shape).toEqual([2, 2])
  // Fifteen elements in two bytes: the element 2 j + i is bit j of byte i, the last bit is idle.
  const elements = [1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1]
  const pack = (one: readonly number[]) =>
    [0, 1].map((i) => one.reduce((sum, bit, e) => sum + (e % 2 === i ? bit << (e >> 1) : 0), 0))
  const others = elements.map((bit) => 1 - bit)
  const data = [...pack(elements), ...pack(others)]
  const [unpacked] = evaluate([unpackBits(bits, 3, 5)], new Map([[bits, { shape: [2, 2], data }]]))
  expect(unpacked).toEqual({ shape: [2, 3, 5], data: [...elements, ...others] })
  expect(() => unpackBits(bits, 4, 5)).toThrow(/unpackBits.*uint8\[2, 3\]/)
})
