import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import {
  embedding,
  initialise,
  linear,
  multiHeadAttention,
  recurrent,
  Scope,
} from '../../src/nn/index.js'
import { initialValues } from '../support/models/layers.js'

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance), largest: Math.max(...values.map(Math.abs)) }
}

/** Ten thousand draws: a deviation is then known to one percent, a mean to one percent of it. */
const shape = [100, 100]

/** A uniform distribution has the deviation bound / sqrt(3). */
function expectUniform(values: Float32Array, bound: number) {
  const { mean, deviation, largest } = moments(values)
  expect(largest).toBeLessThanOrEqual(Math.fround(bound))
  expect(largest).toBeGreaterThan(0.999 * bound)
  expect(Math.abs(mean)).toBeLessThan(0.03 * bound)
  expect(deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 1)
}

describe('distributions of first values', () => {
  test('uniform', () => expectUniform(initialValues(initialise.uniform(0.3), shape), 0.3))
  test('by inputs, of a matrix', () => {
    expectUniform(initialValues(initialise.byInputs, [250, 40]), 1 / Math.sqrt(40))
  })
  test('by inputs, of a kernel: the field counts', () => {
    expectUniform(initialValues(initialise.byInputs, [100, 25, 2, 2]), 0.1)
  })
  test('Glorot, uniform', () => {
    const values = initialValues(initialise.xavierUniform(2), [150, 50])
    expectUniform(values, 2 * Math.sqrt(6 / 200))
  })
  test('normal', () => {
    const { mean, deviation, largest } = moments(initialValues(initialise.normal(0.5), shape))
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(deviation / 0.5).toBeCloseTo(1, 1)
    // One in fifteen thousand draws lies beyond four deviations.
    expect(largest).toBeGreaterThan(1.5)
    expect(largest).toBeLessThan(3)
  })
  test('Glorot, normal', () => {
    const { deviation } = moments(initialValues(initialise.xavierNormal(), [150, 50]))
    expect(deviation / 0.1).toBeCloseTo(1, 1)
  })
  test.each([
    [4, 9],
    [9, 4],
  ])('orthogonal, %i x %i: rows or columns are orthonormal', (rows, columns) => {
    const values = initialValues(initialise.orthogonal(), [rows, columns])
    const at = (row: number, column: number) => values[row * columns + column] as number
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)]
    const entry = (vector: number, place: number) =>
      rows <= columns ? at(vector, place) : at(place, vector)
    for (let one = 0; one < count; one++) {
      for (let other = 0; other < count; other++) {
        let product = 0
        for (let place = 0; place < length; place++) {
          product += entry(one, place) * entry(other, place)
        }
        expect(product).toBeCloseTo(one === other ? 1 : 0, 5)
      }
    }
  })
  test('constants', () => {
    expect([...initialValues(initialise.zeros, [2])]).toEqual([0, 0])
    expect([...initialValues(initialise.ones, [2])]).toEqual([1, 1])
    expect([...initialValues(initialise.constant(0.5), [2])]).toEqual([0.5, 0.5])
  })
  test('given numbers, which must be as many as the parameter has', () => {
    const numbers = initialise.given(Float32Array.of(1, 2))
    expect([...initialValues(numbers, [2, 1])]).toEqual([1, 2])
    expect(() => initialValues(numbers, [3], 0, 'table')).toThrow(LimbicError)
    expect(() => initialValues(numbers, [3], 0, 'table')).toThrow(
      'table: the number of values does not match the parameter: expected 3 for the shape [3], got 2',
    )
  })
})

describe('first values depend on the seed and the name alone', () => {
  const draw = (seed: number, name: string) => [
    ...initialValues(initialise.normal(), [8], seed, name),
  ]
  test('the same for the same', () => expect(draw(3, 'a')).toEqual(draw(3, 'a')))
  test('others for another seed', () => expect(draw(3, 'a')).not.toEqual(draw(4, 'a')))
  test('others for another name', () => expect(draw(3, 'a')).not.toEqual(draw(3, 'b')))
  test('whatever else is declared before', () => {
    const fill = (scope: Scope, name: string) => {
      const parameter = scope.graph.parameters.get(name)
      return parameter && initialValues(parameter.initialiser, parameter.shape, 1, name)
    }
    const [one, two] = [new Scope(), new Scope()]
    linear(one.child('head'), { inputs: 3, units: 2 })
    linear(two.child('other'), { inputs: 3, units: 2 })
    linear(two.child('head'), { inputs: 3, units: 2 })
    expect(fill(one, 'head.weight')).toEqual(fill(two, 'head.weight'))
    expect(fill(two, 'head.weight')).not.toEqual(fill(two, 'other.weight'))
  })
})

describe('what layers start from', () => {
  const start = (declare: (scope: Scope) => unknown) => {
    const scope = new Scope()
    declare(scope)
    return (name: string) => {
      const parameter = scope.graph.parameters.get(name)
      if (!parameter) throw new Error(`no parameter ${name}`)
      return initialValues(parameter.initialiser, parameter.shape, 0, name)
    }
  }
  test('linear', () => {
    const values = start((scope) => linear(scope, { inputs: 100, units: 100 }))
    expectUniform(values('weight'), 0.1)
    expect(moments(values('bias')).largest).toBeLessThanOrEqual(0.1)
    expect(moments(values('bias')).largest).toBeGreaterThan(0.08)
  })
  test('recurrent', () => {
    const values = start((scope) => recurrent(scope, { kind: 'gru', inputs: 100, hidden: 64 }))
    expectUniform(values('layer0.forward.input_weight'), 1 / 8)
    expectUniform(values('layer0.forward.recurrent_weight'), 1 / 8)
  })
  test('multi-head attention: Glorot over the packed matrix, biases zero', () => {
    const values = start((scope) => multiHeadAttention(scope, { width: 60, heads: 6 }))
    expectUniform(values('in_proj_weight'), Math.sqrt(6 / 240))
    expect(moments(values('in_proj_bias')).largest).toBe(0)
    expect(moments(values('out_proj.weight')).largest).toBeLessThanOrEqual(1 / Math.sqrt(60))
    expect(moments(values('out_proj.bias')).largest).toBe(0)
  })
  test('embedding: normal, the padding row zero', () => {
    const values = start((scope) => embedding(scope, { count: 300, width: 40, padding: 2 }))
    const table = values('weight')
    expect(moments(table.subarray(80, 120)).largest).toBe(0)
    expect(moments(table.subarray(120)).deviation).toBeCloseTo(1, 1)
  })
})
