import { describe, expect, test } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import { Graph, gradients, reduceSum, type Tensor, writeModel } from '../../src/graph/index.js'
import { canonicalCorrelations } from '../../src/nn/losses/canonical-correlation.js'
import { matrixRoots } from '../../src/nn/losses/inverse-square-root.js'
import { openSession } from '../../src/runtime/node.js'
import type { Value } from '../../src/runtime/session.js'
import { describeGradients, type Operand } from '../support/gradients/index.js'

type Matrix = readonly (readonly number[])[]

/** Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations. */
function eigen(matrix: Matrix): { values: number[]; vectors: number[][] } {
  const size = matrix.length
  const a = matrix.map((row) => [...row])
  const v = a.map((_, i) => a.map((_row, j) => Number(i === j)))
  const at = (rows: number[][], i: number, j: number) => rows[i]?.[j] as number
  const set = (rows: number[][], i: number, j: number, value: number) => {
    const row = rows[i]
    if (row) row[j] = value
  }
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (Math.abs(at(a, p, q)) < 1e-300) continue
        const theta = (at(a, q, q) - at(a, p, p)) / (2 * at(a, p, q))
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1))
        const c = 1 / Math.hypot(t, 1)
        const s = t * c
        for (let k = 0; k < size; k++) {
          const [x, y] = [at(a, k, p), at(a, k, q)]
          set(a, k, p, c * x - s * y)
          set(a, k, q, s * x + c * y)
        }
        for (let k = 0; k < size; k++) {
          const [x, y] = [at(a, p, k), at(a, q, k)]
          set(a, p, k, c * x - s * y)
          set(a, q, k, s * x + c * y)
        }
        for (let k = 0; k < size; k++) {
          const [x, y] = [at(v, k, p), at(v, k, q)]
          set(v, k, p, c * x - s * y)
          set(v, k, q, s * x + c * y)
        }
      }
    }
  }
  return { values: a.map((_, i) => at(a, i, i)), vectors: v }
}

const product = (left: Matrix, right: Matrix): number[][] =>
  left.map((row) =>
    (right[0] ?? []).map((_, column) =>
      row.reduce((sum, value, inner) => sum + value * (right[inner]?.[column] as number), 0),
    ),
  )
const transposed = (matrix: Matrix): number[][] =>
  (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] as number))

function power(matrix: Matrix, exponent: number): number[][] {
  const { values, vectors } = eigen(matrix)
  const scaled = vectors.map((row) => row.map((x, i) => x * (values[i] as number) ** exponent))
  return product(scaled, transposed(vectors))
}

/** The sum of canonical correlations of two views by singular values, with the same ridge. */
function correlation(left: Matrix, right: Matrix, ridge: number): number {
  const centre = (rows: Matrix) => {
    const means = transposed(rows).map((column) => column.reduce((a, b) => a + b) / column.length)
    return rows.map((row) => row.map((value, at) => value - (means[at] as number)))
  }
  const [x, y] = [centre(left), centre(right)]
  const covariance = (one: Matrix, other: Matrix) =>
    product(transposed(one), other).map((row) => row.map((v) => v / (one.length - 1)))
  const ridged = (matrix: Matrix) => {
    const trace = matrix.reduce((sum, row, i) => sum + (row[i] as number), 0)
    const added = (ridge * trace) / matrix.length + 1e-6
    return matrix.map((row, i) => row.map((value, j) => value + (i === j ? added : 0)))
  }
  const t = product(
    product(power(ridged(covariance(x, x)), -0.5), covariance(x, y)),
    power(ridged(covariance(y, y)), -0.5),
  )
  return eigen(product(transposed(t), t)).values.reduce(
    (sum, value) => sum + Math.sqrt(Math.max(value, 0) + 1e-4) - 0.01,
    0,
  )
}

const random = new RandomStream(4, 'views')
/** Views with a part in common, of unequal scales, whose columns depend on each other. */
function drawViews(rows: number, width: number, scale = 1): Matrix[] {
  const common = Array.from({ length: rows }, () => [random.normal(), random.normal()])
  return [1, 10, 0.1].map((size) => {
    const mix = Array.from({ length: 2 }, () =>
      Array.from({ length: width }, () => random.normal()),
    )
    const base = product(common, mix)
    return base.map((row) => row.map((value) => scale * size * (value + 0.3 * random.normal())))
  })
}

async function compute(
  views: readonly Matrix[],
  counts: readonly number[],
  ridge?: number,
): Promise<{ pairs: number[]; gradient: number[] }> {
  const graph = new Graph()
  const width = views[0]?.[0]?.length ?? 0
  const inputs = views.map((_, i) => graph.input(`view.${i}`, 'float32', ['rows', width]))
  const weights = graph.input('counts', 'float32', ['rows', 1])
  const pairs = canonicalCorrelations(inputs as [Tensor, Tensor], weights, {
    ...(ridge !== undefined && { ridge }),
  })
  const [gradient] = gradients(reduceSum(pairs), [inputs[0] as Tensor]) as [Tensor]
  const session = await openSession(
    writeModel({
      inputs: graph.inputs,
      outputs: new Map([
        ['pairs', pairs],
        ['gradient', gradient],
      ]),
    }),
  )
  const single = (shape: readonly number[], data: readonly number[]): Value => ({
    ...{ dataType: 'float32', shape },
    data: Float32Array.from(data),
  })
  const feeds = new Map(
    views.map((view, i) => [`view.${i}`, single([view.length, width], view.flat())]),
  ).set('counts', single([counts.length, 1], counts))
  const results = await session.run(feeds)
  await session.close()
  const numbers = (name: string) => Array.from(results.get(name)?.data ?? [], Number)
  return { pairs: numbers('pairs'), gradient: numbers('gradient') }
}

const rows: Operand = {
  shape: ['rows', 1],
  differentiate: false,
  values: ([count = 0]) => Array.from({ length: count }, (_, row) => Number(row !== 2)),
}

describeGradients(
  'canonical correlation against the reference',
  [
    {
      name: 'of three views',
      operands: { x: ['rows', 3], y: ['rows', 3], z: ['rows', 3], rows },
      build: ({ x, y, z, rows: counts }) =>
        canonicalCorrelations([x as Tensor, y as Tensor, z as Tensor], counts as Tensor),
      tolerance: 1e-6,
    },
    {
      name: 'of two views, little smoothing',
      operands: { x: ['rows', 2], y: ['rows', 2], rows },
      build: ({ x, y, rows: counts }) =>
        canonicalCorrelations([x as Tensor, y as Tensor], counts as Tensor, { ridge: 0.1 }),
      tolerance: 1e-6,
    },
    {
      name: 'roots of matrices',
      operands: { a: { shape: [2, 2, 2], values: () => [2, 0.5, 0.5, 1, 4, 1, 1, 0.5] } },
      build: ({ a }) => {
        const { root, inverse } = matrixRoots(a as Tensor, 15)
        return [root, inverse]
      },
      tolerance: 1e-6,
    },
  ],
  { sizes: [{ rows: 9 }] },
)

describe('canonical correlations', () => {
  test.each([
    ['many rows', 200, 6, 1],
    ['large numbers', 100, 6, 1000],
    ['wide views', 300, 16, 1],
    ['fewer rows than columns', 7, 16, 1],
  ])('are sums of singular values: %s', async (_, count, width, scale) => {
    const views = drawViews(count, width, scale)
    const { pairs, gradient } = await compute(
      views,
      Array.from({ length: count }, () => 1),
    )
    const [x, y, z] = views as [Matrix, Matrix, Matrix]
    const expected = [correlation(x, y, 1e-3), correlation(x, z, 1e-3), correlation(y, z, 1e-3)]
    for (const [pair, value] of expected.entries()) {
      expect(Math.abs((pairs[pair] ?? 0) - value), `pair ${pair}: ${value}`).toBeLessThan(
        2e-3 * Math.max(1, value),
      )
    }
    expect(gradient.every(Number.isFinite)).toBe(true)
  })

  test.each([
    ['columns all alike', (value: number, _row: number, _column: number) => value],
    [
      'one column a thousand times the others',
      (value, _, column) => (column === 0 ? 1e3 : 1) * value,
    ],
    ['far from zero', (value) => value + 300],
    ['a few rows far from all others', (value, row) => (row < 2 ? 1e3 : 1) * value],
    ['no variance', () => 2],
  ] satisfies [string, (value: number, row: number, column: number) => number][])(
    'stay from 0 to 1 each in single precision: %s',
    async (name, change) => {
      const views = drawViews(60, 12).map((view) =>
        view.map((row, at) =>
          row.map((value, column) =>
            change(name.startsWith('columns') ? (row[0] as number) : value, at, column),
          ),
        ),
      )
      const { pairs, gradient } = await compute(
        views,
        Array.from({ length: 60 }, () => 1),
      )
      const single = views.map((view) => view.map((row) => row.map(Math.fround)))
      const [x = [], y = []] = single
      expect(Math.abs((pairs[0] ?? Number.NaN) - correlation(x, y, 1e-3))).toBeLessThan(0.02)
      for (const pair of pairs) {
        expect(pair).toBeGreaterThan(-1e-3)
        expect(pair).toBeLessThan(12.01)
      }
      expect(gradient.every(Number.isFinite)).toBe(true)
    },
  )

  test('of a view with itself are as many as it has columns, less the ridge', async () => {
    const [x] = drawViews(300, 3) as [Matrix]
    const noisy = x.map((row) => row.map((value) => value + random.normal()))
    const { pairs } = await compute(
      [noisy, noisy],
      Array.from({ length: 300 }, () => 1),
    )
    expect(pairs[0]).toBeGreaterThan(2.9)
    expect(pairs[0]).toBeLessThan(3)
  })

  test('do not see rows that do not count', async () => {
    const views = drawViews(40, 4)
    const first = await compute(
      views,
      Array.from({ length: 40 }, () => 1),
    )
    const longer = views.map((view) => [...view, [5, 5, 5, 5], [-9, 1, 2, 3]])
    const second = await compute(longer, [...Array.from({ length: 40 }, () => 1), 0, 0])
    for (const [pair, value] of first.pairs.entries()) {
      expect(second.pairs[pair]).toBeCloseTo(value, 4)
    }
    expect(second.gradient.slice(160).every((value) => value === 0)).toBe(true)
  })

  test.each([1, 2, 0])('are finite, and so are their gradients, with %i rows', async (count) => {
    const views = drawViews(3, 8)
    const counts = [0, 1, 2].map((row) => Number(row < count))
    const { pairs, gradient } = await compute(views, counts)
    expect([...pairs, ...gradient].every(Number.isFinite)).toBe(true)
    if (count < 2) expect(Math.max(...pairs.map(Math.abs))).toBeLessThan(1e-3)
  })
})
