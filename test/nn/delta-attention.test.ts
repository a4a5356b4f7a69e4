import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import type { Tensor } from '../../src/graph/index.js'
import { clearPadding, Graph, gradients, multiply, reduceSum } from '../../src/graph/index.js'
import { largestAmount, memoryOf } from '../../src/graph/memory.js'
import {
  type DeltaAttentionSettings,
  deltaAttention,
} from '../../src/nn/attention/delta-attention.js'
import { sequenceConvolution } from '../../src/nn/convolution/sequence-convolution.js'
import { resampleSteps } from '../../src/nn/layers/resample-steps.js'
import { Scope } from '../../src/nn/scope.js'
import type { NdArray } from '../reference/array.js'
import { evaluate } from '../reference/evaluate.js'
import { describeGradients, type Operand } from '../support/gradients/index.js'
import { layerCase } from '../support/models/layers.js'

const sequence = ['batch', 'time', 3] as const
const lengths: Operand = {
  shape: ['batch'],
  dataType: 'int64',
  values: ([batch = 0]) => [5, 1, 3].slice(0, batch),
}
type Inputs = Readonly<Record<string, Tensor>>
const input = (inputs: Inputs, name = 'x') => inputs[name] as Tensor
const small: DeltaAttentionSettings = {
  ...{ inputs: 3, units: 4, heads: 2, keyWidth: 2 },
  ...{ window: 2, direction: 'future', relative: true },
}
const variants: readonly (readonly [string, Partial<DeltaAttentionSettings>])[] = [
  ['future', {}],
  ['past', { direction: 'past' }],
  ['both', { direction: 'both' }],
  ['both in a window longer than the sequence', { direction: 'both', window: 8 }],
  ['future in a window longer than the sequence', { window: 7 }],
  ['itself alone', { window: 0 }],
  ['windows that are learned', { learnedWindow: true, direction: 'both', window: 2 }],
  ['no differences', { relative: false, direction: 'both', window: 1 }],
]
/** ONNX Runtime keeps factors that it fuses into products in single precision. */
const fused = { tolerance: 1e-7 } as const

describeGradients(
  'delta attention against the reference',
  variants.map(([name, settings]) =>
    layerCase(
      name,
      { x: sequence, lengths },
      (scope, inputs) => {
        const attend = deltaAttention(scope, { ...small, ...settings })
        const { outputs, weights } = attend(input(inputs), input(inputs, 'lengths'))
        return [outputs, weights]
      },
      fused,
    ),
  ),
  {
    sizes: [
      { batch: 2, time: 5 },
      { batch: 1, time: 6 },
    ],
  },
)

describeGradients(
  'steps against the reference',
  [
    ...[2, 4].flatMap((units) =>
      [1, 2, 3, 5].map((kernel) =>
        layerCase(
          `convolution of kernel ${kernel} to ${units}`,
          { x: sequence, lengths },
          (scope, inputs) =>
            sequenceConvolution(scope, { inputs: 3, units, kernel })(
              clearPadding(input(inputs), input(inputs, 'lengths')),
            ),
        ),
      ),
    ),
    layerCase(
      'resampled steps',
      { x: sequence, lengths, counts: { ...lengths, values: () => [2] }, y: [1, 4, 2] },
      (_, inputs) => {
        const [x, y] = [input(inputs), input(inputs, 'y')]
        return resampleSteps(x, input(inputs, 'lengths'), y, input(inputs, 'counts'))
      },
    ),
  ],
  { sizes: [{ batch: 1, time: 5 }] },
)

/** Equations 10 to 12 as loops. */
function byLoops(
  x: readonly (readonly number[])[],
  length: number,
  given: ReadonlyMap<string, NdArray>,
  { inputs, units, heads, keyWidth, window, direction }: DeltaAttentionSettings,
): { outputs: number[][]; weights: number[][][] } {
  const parameter = (name: string) => (given.get(name) as NdArray).data
  const linear = (name: string, vector: readonly number[], unit: number) => {
    const weight = parameter(`${name}.weight`)
    const terms = vector.map((value, at) => value * (weight[unit * vector.length + at] as number))
    return terms.reduce((sum, term) => sum + term, parameter(`${name}.bias`)[unit] as number)
  }
  const first = direction === 'future' ? 0 : -window
  const weights: number[][][] = []
  const together: number[][] = x.map(() => [])
  for (let head = 0; head < heads; head++) {
    const rows = x.map((from, i) => {
      const scores = x.map((to, j) => {
        const offset = j - i
        const hidden =
          Math.abs(offset) > window ||
          (direction === 'future' && offset < 0) ||
          (direction === 'past' && offset > 0) ||
          j >= length
        if (hidden) return Number.NEGATIVE_INFINITY
        let score = 0
        for (let unit = head * keyWidth; unit < (head + 1) * keyWidth; unit++) {
          score += linear('query', from, unit) * linear('key', to, unit)
        }
        for (let at = 0; at < inputs; at++) {
          const column = parameter('relative')[(offset - first) * inputs + at] as number
          score += ((to[at] as number) - (from[at] as number)) * column
        }
        return score / Math.sqrt(keyWidth)
      })
      const powers = scores.map((score) => Math.exp(score))
      const total = powers.reduce((sum, power) => sum + power, 0)
      return powers.map((power) => power / total)
    })
    weights.push(rows)
    for (const [i, row] of rows.entries()) {
      for (let unit = head * inputs; unit < (head + 1) * inputs; unit++) {
        const values = x.map((to, j) => (row[j] as number) * linear('value', to, unit))
        together[i]?.push(values.reduce((sum, value) => sum + value, 0))
      }
    }
  }
  const outputs = together.map((vector) =>
    Array.from({ length: units }, (_, unit) => linear('output', vector, unit)),
  )
  return { outputs, weights }
}

describe('delta attention', () => {
  const random = new RandomStream(3, 'delta attention')
  const draw = (shape: readonly number[]): NdArray => ({
    shape,
    data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
  })
  test.each([
    ['future', 2, 6],
    ['past', 2, 6],
    ['both', 2, 6],
    ['both', 3, 4],
    ['future', 9, 5],
  ] as const)('does what loops do: %s, window %i, length %i', (direction, window, length) => {
    const settings = { ...small, direction, window }
    const graph = new Graph()
    const x = graph.input('x', 'float64', ['batch', 'time', 3])
    const steps = graph.input('lengths', 'int64', ['batch'])
    const given = new Map<string, NdArray>()
    const feeds = new Map<Tensor, NdArray>()
    const attend = deltaAttention(recordingScope(graph, given, feeds, draw), settings)
    const { outputs, weights } = attend(x, steps)
    const values = draw([1, 6, 3])
    feeds.set(x, values).set(steps, { shape: [1], data: [length] })
    const [found, map] = evaluate([outputs, weights], feeds) as [NdArray, NdArray]
    const rows = Array.from({ length: 6 }, (_, t) => values.data.slice(3 * t, 3 * t + 3))
    const expected = byLoops(rows, length, given, settings)
    // A padded step attends to padding, and its output is not used.
    for (let step = 0; step < length; step++) {
      for (let unit = 0; unit < 4; unit++) {
        expect(found.data[step * 4 + unit]).toBeCloseTo(expected.outputs[step]?.[unit] ?? 0, 10)
      }
      for (let head = 0; head < 2; head++) {
        for (let key = 0; key < 6; key++) {
          const value = map.data[(head * 6 + step) * 6 + key]
          expect(value).toBeCloseTo(expected.weights[head]?.[step]?.[key] ?? 0, 10)
        }
      }
    }
  })
})

/** A scope whose parameters are inputs in double precision, drawn and noted as they are declared. */
function recordingScope(
  graph: Graph,
  given: Map<string, NdArray>,
  feeds: Map<Tensor, NdArray>,
  draw: (shape: readonly number[]) => NdArray,
): Scope {
  class Recording extends Scope {
    override child(name: string): Scope {
      return new Recording(this.graph, false, this.join(name))
    }
    override parameter(name: string, shape: readonly number[]): Tensor {
      const tensor = this.graph.input(this.join(name), 'float64', shape)
      const values = draw(shape)
      given.set(this.join(name), values)
      feeds.set(tensor, values)
      return tensor
    }
  }
  return new Recording(graph)
}

describe('resampled steps', () => {
  const resample = (steps: readonly number[], length: number, count: number, padded: number) => {
    const graph = new Graph()
    const x = graph.input('x', 'float64', [1, 'time', 1])
    const like = graph.input('like', 'float64', [1, 'other', 1])
    const [lengths, counts] = ['lengths', 'counts'].map((name) => graph.input(name, 'int64', [1]))
    if (!lengths || !counts) throw new TypeError('two inputs')
    const [result] = evaluate(
      [resampleSteps(x, lengths, like, counts)],
      new Map([
        [x, { shape: [1, steps.length, 1], data: steps }],
        [like, { shape: [1, padded, 1], data: Array.from({ length: padded }, () => 0) }],
        [lengths, { shape: [1], data: [length] }],
        [counts, { shape: [1], data: [count] }],
      ]),
    )
    return result?.data.slice(0, count)
  }
  test('are the same where there are as many', () => {
    expect(resample([3, 1, 4, 99], 3, 3, 5)).toEqual([3, 1, 4])
  })
  test('are averages of what lies in their time', () => {
    expect(resample([1, 3, 5, 7, 99], 4, 2, 2)).toEqual([2, 6])
    const [first, second] = resample([3, 6, 9], 3, 2, 3) ?? []
    expect(first).toBeCloseTo((3 + 6 / 2) / 1.5, 12)
    expect(second).toBeCloseTo((6 / 2 + 9) / 1.5, 12)
    const [only] = resample([1, 2, 6], 3, 1, 4) ?? []
    expect(only).toBeCloseTo(3, 12)
  })
  test('repeat where there are more', () => {
    expect(resample([1, 5], 2, 4, 4)).toEqual([1, 1, 5, 5])
  })
})

test('delta attention takes memory in proportion to the steps, in prediction and in its gradient', () => {
  const width = 40
  const graph = new Graph()
  const x = graph.input('x', 'float32', ['batch', 'time', width])
  const size = graph.input('lengths', 'int64', ['batch'])
  const scope = new Scope(graph)
  const attend = deltaAttention(scope, {
    ...{ inputs: width, units: 64, heads: 4, keyWidth: 40, window: 10 },
    ...{ direction: 'both', relative: true },
  })
  const { outputs, weights } = attend(x, size)
  const amounts = (...wanted: readonly Tensor[]) => {
    const needed = memoryOf(wanted, { given: [x, size] })
    return (time: number) =>
      largestAmount(
        needed,
        new Map([
          ['batch', 1],
          ['time', time],
        ]),
      )
  }
  const loss = reduceSum(multiply(outputs, outputs))
  const learned = [...graph.parameters.values()].map(({ tensor }) => tensor)
  for (const at of [amounts(outputs), amounts(loss, ...gradients(loss, learned))]) {
    expect(at(1000)).toBeGreaterThan(1000 * width * 4)
    // What 5,000 steps add for each step, 50,000 add, too.
    const each = (from: number, to: number) => (at(to) - at(from)) / (to - from)
    expect(each(5000, 50_000) / each(500, 5000)).toBeCloseTo(1, 1)
    // One full matrix of four heads would be 400 MB.
    expect(at(5000)).toBeLessThan(5000 * 5000 * 4 * 2)
  }
  // The full matrix is there where it is wanted alone.
  expect(amounts(weights)(5000)).toBeGreaterThan(5000 * 5000 * 4 * 4)
})
