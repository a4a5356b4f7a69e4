import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type DataType,
  gradients,
  multiply,
  reduceSum,
  type Tensor,
  writeModel,
} from '../../src/graph/index.js'
import {
  batchNorm,
  binaryCrossEntropy,
  crossEntropy,
  embedding,
  l1Loss,
  layerNorm,
  meanSquaredError,
  multiHeadAttention,
  recurrent,
  Scope,
  transformer,
} from '../../src/nn/index.js'
import { openSession } from '../../src/runtime/node.js'
import type { Value } from '../../src/runtime/session.js'
import { toValue } from '../support/gradients/index.js'

/**
 * Numbers that PyTorch 2.15.0 gave: written by `fixtures/make.py`, where every input and parameter
 * is the same wave as here.
 */
interface Recorded {
  readonly outputs: readonly number[]
  readonly gradients: Readonly<Record<string, readonly number[]>>
  readonly weights?: readonly number[]
  readonly last?: readonly number[]
  readonly mean?: readonly number[]
  readonly variance?: readonly number[]
}
const recorded: Readonly<Record<string, Recorded>> = JSON.parse(
  readFileSync(new URL('./fixtures/torch.json', import.meta.url), 'utf8'),
)

function wave(shape: readonly number[], phase: number, scale = 1): Value {
  const count = shape.reduce((product, size) => product * size, 1)
  const data = Float32Array.from({ length: count }, (_, i) => scale * Math.sin(i * 0.7 + phase))
  return { dataType: 'float32', shape, data }
}

const given = (dataType: DataType, shape: readonly number[], data: readonly number[]): Value =>
  toValue(dataType, { shape, data })
const x43 = [2, 4, 3]
const sequence = [2, 4, 6]
const lengths = given('int64', [2], [4, 2])

interface Results {
  readonly outputs: Tensor
  readonly more?: Readonly<Record<string, Tensor>>
}

interface Case {
  /** The key in the file. */
  readonly name: string
  readonly inputs: Readonly<Record<string, Value>>
  readonly training?: boolean
  /** Values of parameters that are no wave. */
  readonly parameters?: Readonly<Record<string, Value>>
  readonly apply: (scope: Scope, inputs: (name: string) => Tensor) => Results
}

const attentionSizes = { width: 6, heads: 2 }
const targets = given('float32', [3, 2], [0, 1, 1, 1, 0, 0])
const classes = given('int64', [3], [2, 0, 1])

const cases: readonly Case[] = [
  {
    name: 'attention.self',
    inputs: { x: wave(sequence, 0.3), lengths },
    apply: (scope, input) => {
      const attend = multiHeadAttention(scope, attentionSizes)
      const { outputs, weights } = attend({ query: input('x'), lengths: input('lengths') })
      return { outputs, more: { weights } }
    },
  },
  {
    name: 'attention.cross',
    inputs: { x: wave([2, 3, 6], 0.3), y: wave(sequence, 0.9), mask: wave([3, 4], 0.2) },
    apply: (scope, input) => {
      const attend = multiHeadAttention(scope, attentionSizes)
      const { outputs, weights } = attend({
        query: input('x'),
        key: input('y'),
        mask: input('mask'),
      })
      return { outputs, more: { weights } }
    },
  },
  {
    name: 'attention.widths',
    inputs: { x: wave([2, 3, 6], 0.3), y: wave([2, 4, 4], 0.9), z: wave(x43, 1.9) },
    apply: (scope, input) => {
      const attend = multiHeadAttention(scope, { ...attentionSizes, keyWidth: 4, valueWidth: 3 })
      const { outputs, weights } = attend({ query: input('x'), key: input('y'), value: input('z') })
      return { outputs, more: { weights } }
    },
  },
  ...(
    [
      ['post', { activation: 'relu', order: 'post-norm', finalNorm: false }],
      ['pre', { activation: 'gelu', order: 'pre-norm', finalNorm: true }],
    ] as const
  ).map(
    ([name, options]): Case => ({
      name: `transformer.${name}`,
      inputs: { x: wave(sequence, 0.3), lengths },
      apply: (scope, input) => {
        const stack = transformer(scope, {
          ...attentionSizes,
          feedForward: 8,
          layers: 2,
          ...options,
        })
        return stack({ input: input('x'), lengths: input('lengths') })
      },
    }),
  ),
  {
    name: 'layerNorm',
    inputs: { x: wave([2, 3, 5], 0.3) },
    apply: (scope, input) => ({ outputs: layerNorm(scope, { width: 5 })(input('x')) }),
  },
  {
    name: 'batchNorm.training',
    inputs: { x: wave([4, 3, 2], 0.3), y: wave([4, 3, 2], 2.3, 2) },
    training: true,
    parameters: {
      running_mean: given('float32', [3], [0, 0, 0]),
      running_var: given('float32', [3], [1, 1, 1]),
    },
    apply: (scope, input) => {
      const normalise = batchNorm(scope, { channels: 3 })
      const outputs = normalise(input('x'))
      normalise(input('y'))
      const { updates } = scope.graph
      return {
        outputs,
        more: {
          mean: updates.get('running_mean') as Tensor,
          variance: updates.get('running_var') as Tensor,
        },
      }
    },
  },
  {
    name: 'batchNorm.inference',
    inputs: { x: wave([4, 3, 2], 0.3) },
    parameters: {
      running_mean: given('float32', [3], recorded['batchNorm.training']?.mean ?? []),
      running_var: given('float32', [3], recorded['batchNorm.training']?.variance ?? []),
    },
    apply: (scope, input) => ({ outputs: batchNorm(scope, { channels: 3 })(input('x')) }),
  },
  ...(['lstm', 'gru'] as const).map(
    (kind): Case => ({
      name: `recurrent.${kind}`,
      inputs: { x: wave(x43, 0.3), lengths },
      apply: (scope, input) => {
        const layer = recurrent(scope, {
          kind,
          inputs: 3,
          hidden: 2,
          layers: 2,
          bidirectional: true,
        })
        const { outputs, last } = layer(input('x'), input('lengths'))
        return { outputs, more: { last } }
      },
    }),
  ),
  {
    name: 'embedding',
    inputs: { indices: given('int64', [2, 3], [2, 1, 0, 2, 2, 3]) },
    apply: (scope, input) => ({
      outputs: embedding(scope, { count: 4, width: 3, padding: 1 })(input('indices')),
    }),
  },
  {
    name: 'loss.l1',
    inputs: { x: wave([3], 0.3), y: wave([3], 0.9) },
    apply: (_, input) => ({ outputs: l1Loss(input('x'), input('y')) }),
  },
  {
    name: 'loss.squared',
    inputs: { x: wave([3], 0.3), y: wave([3], 0.9) },
    apply: (_, input) => ({ outputs: meanSquaredError(input('x'), input('y')) }),
  },
  {
    name: 'loss.crossEntropy',
    inputs: { x: wave([3, 4], 0.3), classes },
    apply: (_, input) => ({ outputs: crossEntropy(input('x'), input('classes')) }),
  },
  {
    name: 'loss.crossEntropy.weighted',
    inputs: { x: wave([3, 4], 0.3), classes, weights: given('float32', [4], [0.5, 2, 1, 3]) },
    apply: (_, input) => ({
      outputs: crossEntropy(input('x'), input('classes'), input('weights')),
    }),
  },
  {
    name: 'loss.binary',
    inputs: { x: wave([3, 2], 0.3), targets },
    apply: (_, input) => ({ outputs: binaryCrossEntropy(input('x'), input('targets')) }),
  },
  {
    name: 'loss.binary.weighted',
    inputs: { x: wave([3, 2], 0.3), targets, weights: given('float32', [2], [3, 0.5]) },
    apply: (_, input) => ({
      outputs: binaryCrossEntropy(input('x'), input('targets'), input('weights')),
    }),
  },
]

async function run({ name, inputs, training = false, parameters = {}, apply }: Case) {
  const expected = recorded[name] as Recorded
  const scope = new Scope(undefined, training)
  const { graph } = scope
  const feeds = new Map(Object.entries(inputs))
  for (const [key, value] of feeds) graph.input(key, value.dataType, value.shape)
  const { outputs, more } = apply(scope, (key) => graph.inputs.get(key) as Tensor)
  const weights = [...graph.parameters.values()].map((parameter, index) => {
    const values = parameters[parameter.name] ?? wave(parameter.shape, 1.3 * index + 0.1, 0.5)
    return [parameter.name, values] as const
  })
  // Losses are scalars: their own gradient is what PyTorch gave.
  const loss =
    outputs.rank === 0
      ? outputs
      : reduceSum(
          multiply(
            outputs,
            graph.constant(
              wave(outputs.shape.map(Number), 0.5).data as Float32Array,
              outputs.shape.map(Number),
              'float32',
            ),
          ),
        )
  const sources = Object.keys(expected.gradients)
  const found = gradients(
    loss,
    sources.map((key) => (graph.inputs.get(key) ?? graph.parameters.get(key)?.tensor) as Tensor),
  )
  const ends = new Map<string, Tensor>([['outputs', outputs]])
  for (const [key, tensor] of Object.entries(more ?? {})) ends.set(key, tensor)
  for (const [index, key] of sources.entries()) ends.set(`gradient ${key}`, found[index] as Tensor)
  const tensors = new Map<string, Tensor>(graph.inputs)
  for (const { name: key, tensor } of graph.parameters.values()) tensors.set(key, tensor)
  const session = await openSession(writeModel({ inputs: tensors, outputs: ends }), { threads: 1 })
  const results = await session.run(new Map([...feeds, ...weights]))
  await session.close()
  return { expected, results }
}

function expectClose(actual: Value | undefined, wanted: readonly number[], what: string) {
  const numbers = Array.from((actual?.data ?? []) as Float32Array)
  expect(numbers.length, what).toBe(wanted.length)
  const scale = Math.max(1, ...wanted.map(Math.abs))
  const gap = Math.max(...numbers.map((value, i) => Math.abs(value - (wanted[i] as number))))
  expect(gap / scale, what).toBeLessThan(2e-6)
}

describe('layers against PyTorch', () => {
  for (const one of cases) {
    test(one.name, async () => {
      const { expected, results } = await run(one)
      expectClose(results.get('outputs'), expected.outputs, 'outputs')
      for (const what of ['weights', 'last', 'mean', 'variance'] as const) {
        const wanted = expected[what]
        if (wanted) expectClose(results.get(what), wanted, what)
      }
      for (const [name, wanted] of Object.entries(expected.gradients)) {
        expectClose(results.get(`gradient ${name}`), wanted, `gradient of ${name}`)
      }
    })
  }

  test('every recorded case is checked', () => {
    expect(cases.map(({ name }) => name)).toEqual(
      Object.keys(recorded).filter((key) => key !== 'torch'),
    )
  })
})
