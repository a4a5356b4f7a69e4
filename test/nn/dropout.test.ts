import { describe, expect, test } from 'vitest'
import { Graph, multiply, writeModel } from '../../src/graph/index.js'
import { MaskFiller } from '../../src/learn/step/masks.js'
import { dropout, Scope } from '../../src/nn/index.js'
import { openSession } from '../../src/runtime/node.js'
import { toValue } from '../support/gradients/index.js'

const sizes = new Map([['batch', 301]])

/** Two masks of [batch, 101] at one step. */
function masks(seed: number, step: number, probability = 0.3): Float32Array[] {
  const graph = new Graph()
  graph.input('x', 'float32', ['batch', 101])
  for (let place = 0; place < 2; place++) graph.dropoutMask(['batch', 101], probability)
  const filled = new MaskFiller(graph.dropoutMasks, seed).fill(step, sizes)
  return [...filled.values()].map(({ data }) => (data as Float32Array).slice())
}

const first = (seed: number, step: number) => masks(seed, step)[0] as Float32Array
const share = (values: Float32Array, wanted: number) =>
  values.reduce((count, value) => count + Number(value === wanted), 0) / values.length

describe('dropout masks', () => {
  test.each([0.1, 0.3, 0.5, 0.9])('a share of %f is 0, the rest 1 / (1 - p)', (probability) => {
    const [mask] = masks(0, 0, probability) as [Float32Array]
    expect(mask).toHaveLength(301 * 101)
    // Five deviations of a count of thirty thousand.
    const margin = 5 * Math.sqrt((probability * (1 - probability)) / mask.length)
    expect(Math.abs(share(mask, 0) - probability)).toBeLessThan(margin)
    expect(share(mask, 0) + share(mask, Math.fround(1 / (1 - probability)))).toBe(1)
    const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length
    expect(Math.abs(mean - 1)).toBeLessThan(margin / (1 - probability))
  })
  test('the same for the same seed and step', () => {
    expect(masks(5, 7)).toEqual(masks(5, 7))
  })
  test('others at another step, in another place, under another seed: about as often as chance', () => {
    const reference = first(5, 7)
    const others = [first(5, 8), masks(5, 7)[1] as Float32Array, first(6, 7)]
    for (const other of others) {
      const same = reference.reduce((count, value, i) => count + Number(value === other[i]), 0)
      expect(same / reference.length).toBeGreaterThan(0.56)
      expect(same / reference.length).toBeLessThan(0.6)
    }
  })
  test('neighbours are independent', () => {
    const mask = first(1, 1)
    let both = 0
    for (let i = 1; i < mask.length; i++) both += Number(mask[i] === 0 && mask[i - 1] === 0)
    expect(both / (mask.length - 1)).toBeCloseTo(0.09, 2)
  })
  test.each([0.1, 0.25, 0.3, 0.9])('bits: a share of %f is 0', (probability) => {
    const graph = new Graph()
    const shapes = [['batch', 101] as const, ['batch', 101] as const]
    for (const shape of shapes) graph.dropoutMask(shape, probability, 'uint8')
    const fill = (step: number) =>
      [...new MaskFiller(graph.dropoutMasks, 3).fill(step, sizes).values()].map(({ data }) =>
        Array.from(data as Uint8Array, (byte) =>
          [0, 1, 2, 3, 4, 5, 6, 7].map((j) => (byte >> j) & 1),
        ),
      ) as [number[][], number[][]]
    const [one, other] = fill(5)
    expect(one).toHaveLength(301 * 101)
    expect(fill(5)).toEqual([one, other])
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length
    const kept = 1 - probability
    const margin = 5 * Math.sqrt((probability * kept) / one.length)
    const agreeing = kept ** 2 + probability ** 2
    const agreement = (left: number[][], right: number[][], shift = 0) =>
      mean(
        left.map((bits, i) => Number(bits[0] === right[(i + shift) % right.length]?.[shift % 8])),
      )
    for (let bit = 0; bit < 8; bit++) {
      expect(Math.abs(mean(one.map((bits) => bits[bit] as number)) - kept)).toBeLessThan(margin)
    }
    // Another place, another step, and neighbours agree as often as chance has it.
    const chances = [agreement(one, other), agreement(one, fill(6)[0]), agreement(one, one, 1)]
    for (const chance of [...chances, agreement(one, one, 4)]) {
      expect(Math.abs(chance - agreeing)).toBeLessThan(0.02)
    }
  })
  test('a size that only the run tells is an error', () => {
    const graph = new Graph()
    graph.dropoutMask(['unknown'], 0.5)
    expect(() => new MaskFiller(graph.dropoutMasks, 0).fill(0, sizes)).toThrow(
      'a dropout mask needs a size',
    )
  })
})

test('the layer multiplies by its mask, and is the identity at inference', async () => {
  const scope = new Scope(undefined, true)
  const x = scope.graph.input('x', 'float32', ['batch'])
  const output = dropout(scope, 0.5)(x)
  expect(dropout(new Scope(scope.graph, false), 0.5)(x)).toBe(x)
  expect(dropout(scope, 0)(x)).toBe(x)
  const inputs = new Map([...scope.graph.inputs])
  for (const { name, tensor } of scope.graph.dropoutMasks) inputs.set(name, tensor)
  const model = writeModel({ inputs, outputs: new Map([['output', multiply(output, 1)]]) })
  const session = await openSession(model, { threads: 1 })
  const filled = new MaskFiller(scope.graph.dropoutMasks, 0).fill(0, new Map([['batch', 4]]))
  const values = [1, -2, 3, 4]
  const feeds = new Map([...filled, ['x', toValue('float32', { shape: [4], data: values })]])
  const result = await session.run(feeds)
  await session.close()
  const [mask] = [...filled.values()].map(({ data }) => Array.from(data, Number))
  expect(Array.from(result.get('output')?.data ?? [], Number)).toEqual(
    values.map((value, i) => value * (mask?.[i] as number)),
  )
})
