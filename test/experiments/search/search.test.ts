import { describe, expect, test } from 'vitest'
import { roundsOf, survivorsOf } from '../../../src/experiments/search/halving.js'
import { importanceOf } from '../../../src/experiments/search/importance.js'
import { mostDimensions, sobolPoints } from '../../../src/experiments/search/sobol.js'
import { configAt, samplePoints, spaceSchema } from '../../../src/experiments/search/space.js'
import { smallRunConfig } from '../../support/small-run.js'

describe("Sobol's sequence", () => {
  const points = sobolPoints(mostDimensions, 256, 7)

  test('has in each dimension one of the first 2^k points in each of 2^k intervals', () => {
    for (let dimension = 0; dimension < mostDimensions; dimension++) {
      const cells = points.map((point) => Math.floor((point[dimension] ?? 0) * 256))
      expect(new Set(cells).size, `dimension ${dimension}`).toBe(256)
    }
  })

  test('is a net of two dimensions: each box of area 1/256 has one point', () => {
    for (const [wide, high] of [
      [16, 16],
      [4, 64],
      [128, 2],
    ] as const) {
      const boxes = points.map(
        ([x = 0, y = 0]) => `${Math.floor(x * wide)} ${Math.floor(y * high)}`,
      )
      expect(new Set(boxes).size).toBe(256)
    }
  })

  test('without its shift is that of Joe and Kuo', () => {
    // The differences of two points do not depend on the shift.
    const [first = [], ...rest] = sobolPoints(5, 8, 3)
    const bits = (value: number) => Math.round(value * 2 ** 32)
    const plain = rest.map((point) =>
      point.map((value, k) => ((bits(value) ^ bits(first[k] ?? 0)) >>> 0) / 2 ** 32),
    )
    expect(plain).toEqual([
      [0.5, 0.5, 0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25, 0.25, 0.75],
      [0.25, 0.75, 0.75, 0.75, 0.25],
      [0.375, 0.375, 0.625, 0.875, 0.375],
      [0.875, 0.875, 0.125, 0.375, 0.875],
      [0.625, 0.125, 0.875, 0.625, 0.625],
      [0.125, 0.625, 0.375, 0.125, 0.125],
    ])
  })

  test('refuses more dimensions than it has directions for', () => {
    expect(() => sobolPoints(mostDimensions + 1, 2, 0)).toThrow('at most 16')
  })
})

describe('a space', () => {
  const space = spaceSchema.parse({
    'training.learningRate': { min: 1e-4, max: 1e-1, scale: 'log' },
    'training.batchSize': { min: 4, max: 64, whole: true },
    'settings.hidden': [4, 8],
  })

  test.each(['sobol', 'random'] as const)('is sampled within its bounds (%s)', (sampler) => {
    const points = samplePoints(space, sampler, 64, 1)
    const rates = points.map((point) => Number(point['training.learningRate']))
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4)
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-1)
    // Half of them below the middle of the orders of magnitude.
    const low = rates.filter((rate) => rate < 10 ** -2.5).length
    expect(low).toBeGreaterThan(20)
    expect(low).toBeLessThan(44)
    expect(points.every((point) => Number.isInteger(point['training.batchSize']))).toBe(true)
    expect(new Set(points.map((point) => point['settings.hidden']))).toEqual(new Set([4, 8]))
    // More points begin with the same.
    expect(samplePoints(space, sampler, 80, 1).slice(0, 64)).toEqual(points)
    expect(samplePoints(space, sampler, 64, 2)).not.toEqual(points)
  })

  test('gives configurations, and refuses what a run does not have', () => {
    const config = configAt(smallRunConfig(), { 'training.batchSize': 16, 'settings.hidden': 8 })
    expect([config.training.batchSize, config.settings.hidden]).toEqual([16, 8])
    expect(() => configAt(smallRunConfig(), { 'settings.hiden': 8 })).toThrow('"hiden"')
    expect(() => configAt(smallRunConfig(), { 'training.rate': 1 })).toThrow('"training.rate"')
    expect(() => configAt(smallRunConfig(), { 'data.path': 'x.pkl' })).toThrow('not the data')
    expect(spaceSchema.safeParse({ 'training.epochs': { min: 2, max: 1 } }).success).toBe(false)
    expect(
      spaceSchema.safeParse({ 'training.epochs': { min: 0, max: 1, scale: 'log' } }).success,
    ).toBe(false)
    expect(spaceSchema.safeParse({ seed: [1, 2] }).success).toBe(false)
  })
})

describe('halving', () => {
  test('multiplies epochs and keeps the best', () => {
    expect(roundsOf(27, 3, 3)).toEqual([3, 9, 27])
    expect(roundsOf(30, 4, 3)).toEqual([4, 12, 30])
    expect(roundsOf(5, 5, 3)).toEqual([5])
    const tried = [3, 1, Number.NaN, 2, 5, 4].map((loss, trial) => ({ trial, loss }))
    expect(survivorsOf(tried, 3).map(({ trial }) => trial)).toEqual([1, 3])
    expect(survivorsOf(tried.slice(0, 2), 3)).toEqual([{ trial: 1, loss: 1 }])
  })
})

test('importance is all of what a setting decides alone, and none of what it does not', () => {
  const space = spaceSchema.parse({
    'settings.a': { min: 0, max: 1 },
    'settings.b': ['x', 'y'],
    'settings.c': { min: 0, max: 1 },
  })
  const points = [0, 1, 2, 3].flatMap((a) =>
    ['x', 'y'].flatMap((b) =>
      [0, 1].map((c) => ({ 'settings.a': a, 'settings.b': b, 'settings.c': c })),
    ),
  )
  const byA = importanceOf(
    space,
    points,
    points.map((point) => Math.exp(point['settings.a'])),
  )
  expect(byA['settings.a']).toBeCloseTo(1)
  expect([byA['settings.b'], byA['settings.c']]).toEqual([0, 0])
  const byB = importanceOf(
    space,
    points,
    points.map((point) => (point['settings.b'] === 'x' ? 1 : 0)),
  )
  expect(byB['settings.b']).toBeCloseTo(1)
  expect(byB['settings.a']).toBeCloseTo(0)
  expect(importanceOf(space, points.slice(0, 2), [1, 2])).toEqual({})
})
