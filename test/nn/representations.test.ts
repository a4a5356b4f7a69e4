/** Losses on representations of a batch, and reversed gradients. */
import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { RandomStream } from '../../src/base/random.js'
import { Graph, gradients, reduceSum, square, type Tensor } from '../../src/graph/index.js'
import { reverseGradient } from '../../src/nn/layers/reverse-gradient.js'
import { centralMomentDiscrepancy, differenceLoss } from '../../src/nn/losses/representations.js'
import type { NdArray } from '../reference/array.js'
import { evaluate } from '../reference/evaluate.js'
import { describeGradients } from '../support/gradients/index.js'

type Rows = number[][]

const columns = (rows: Rows): Rows =>
  (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] ?? NaN))
const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const mean = (values: readonly number[]) => total(values) / values.length
const centred = (rows: Rows): Rows => {
  const means = columns(rows).map(mean)
  return rows.map((row) => row.map((value, i) => value - (means[i] ?? NaN)))
}
const norms = (rows: Rows) => centred(rows).map((row) => Math.hypot(...row))

function plainMoments(one: Rows, other: Rows, last: number): number {
  const moments = (rows: Rows, power: number) =>
    columns(power === 1 ? rows : centred(rows)).map((column) =>
      mean(column.map((value) => value ** power)),
    )
  return total(
    Array.from({ length: last }, (_, index) => {
      const [a, b] = [moments(one, index + 1), moments(other, index + 1)]
      return Math.hypot(...a.map((value, i) => value - (b[i] ?? NaN)))
    }),
  )
}

/** With the norms of the rows given, so that differences can leave them as they are. */
function plainDifference(one: Rows, other: Rows, [ofOne, ofOther]: readonly [number[], number[]]) {
  const scaled = (rows: Rows, by: number[]) =>
    centred(rows).map((row, r) => row.map((value) => value / ((by[r] ?? NaN) + 1e-6)))
  const [a, b] = [columns(scaled(one, ofOne)), columns(scaled(other, ofOther))]
  return mean(
    a.flatMap((x) => b.map((y) => total(x.map((value, r) => value * (y[r] ?? NaN))) ** 2)),
  )
}

const random = new RandomStream(3, 'representations')
const drawn = (rows: number, width: number): Rows =>
  Array.from({ length: rows }, () => Array.from({ length: width }, () => random.uniform(0, 1)))
const asArray = (rows: Rows): NdArray => ({
  shape: [rows.length, rows[0]?.length ?? 0],
  data: rows.flat(),
})

/** A loss of two matrices, and its gradients with respect to both. */
function lossOf(loss: (one: Tensor, other: Tensor) => Tensor, one: Rows, other: Rows) {
  const graph = new Graph()
  const given = [one, other].map((rows, index) =>
    graph.input(`x${index}`, 'float64', asArray(rows).shape),
  ) as [Tensor, Tensor]
  const result = loss(...given)
  const feeds = new Map([
    [given[0], asArray(one)],
    [given[1], asArray(other)],
  ])
  const [value, ...slopes] = evaluate([result, ...gradients(result, given)], feeds)
  return { value: value?.data[0] ?? NaN, slopes: slopes.map(({ data }) => data) }
}

describeGradients(
  'central moments',
  [
    {
      name: 'of two batches',
      operands: { one: ['batch', 3], other: ['others', 3] },
      build: ({ one, other }) => centralMomentDiscrepancy(one as Tensor, other as Tensor),
    },
    {
      name: 'up to the second',
      operands: { one: ['batch', 1], other: ['batch', 1] },
      build: ({ one, other }) => centralMomentDiscrepancy(one as Tensor, other as Tensor, 2),
    },
  ],
  { sizes: [{ batch: 4, others: 3 }] },
)

describeGradients(
  'difference loss',
  [
    {
      name: 'of two batches',
      operands: { one: ['batch', 3], other: ['batch', 2] },
      build: ({ one, other }) => differenceLoss(one as Tensor, other as Tensor),
      // Its norms pass no gradient: see below.
      differences: false,
    },
  ],
  { sizes: [{ batch: 4 }, { batch: 1 }] },
)

describe('central moments', () => {
  const [one, other] = [drawn(5, 3), drawn(4, 3)]

  test.each([1, 2, 5])('are those of plain loops, up to the %i.', (last) => {
    const { value } = lossOf((a, b) => centralMomentDiscrepancy(a, b, last), one, other)
    expect(value).toBeCloseTo(plainMoments(one, other, last), 6)
  })

  test('of a batch and itself differ by nothing, with a finite gradient', () => {
    const { value, slopes } = lossOf(centralMomentDiscrepancy, one, one)
    expect(value).toBeLessThan(1e-6)
    expect(slopes.flat().every((slope) => slope === 0)).toBe(true)
  })

  test('are refused where there are none', () => {
    expect(() => lossOf((a, b) => centralMomentDiscrepancy(a, b, 0), one, other)).toThrow(
      LimbicError,
    )
  })
})

describe('difference loss', () => {
  const [one, other] = [drawn(4, 3), drawn(4, 2)]
  const still = [norms(one), norms(other)] as const
  const { value, slopes } = lossOf(differenceLoss, one, other)

  test('is that of plain loops', () => {
    expect(value).toBeCloseTo(plainDifference(one, other, [...still]), 10)
  })

  test('has the gradient of constant norms', () => {
    const step = 1e-6
    for (const [row, values] of one.entries()) {
      for (const column of values.keys()) {
        const at = (by: number) =>
          plainDifference(
            one.map((own, r) => own.map((x, c) => x + (r === row && c === column ? by : 0))),
            other,
            [...still],
          )
        const expected = (at(step) - at(-step)) / (2 * step)
        expect(slopes[0]?.[row * values.length + column]).toBeCloseTo(expected, 7)
      }
    }
  })

  test('is 0 for orthogonal representations', () => {
    const orthogonal = lossOf(differenceLoss, [[1], [1], [-1], [-1]], [[1], [-1], [1], [-1]])
    expect(orthogonal.value).toBeCloseTo(0, 12)
  })
})

describe('a reversed gradient', () => {
  test.each([1, 0.25, 0])('leaves the input as it is, and turns its gradient by %d', (weight) => {
    const graph = new Graph()
    const x = graph.input('x', 'float64', [2])
    const loss = reduceSum(square(reverseGradient(x, weight)))
    const feeds = new Map([[x, { shape: [2], data: [3, -5] }]])
    const [value, slope] = evaluate([loss, ...gradients(loss, [x])], feeds)
    expect(value?.data[0]).toBeCloseTo(34, 12)
    expect(slope?.data.map((one) => one + 0)).toEqual([-6 * weight + 0, 10 * weight])
  })
})
