import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import {
  add,
  affine,
  countFlops,
  countParameters,
  dropout,
  exp,
  Graph,
  type GruResult,
  gradients,
  gru,
  listGraph,
  multiply,
  nodesInOrder,
  pad,
  reduceMean,
  reduceSum,
  subtract,
  type Tensor,
  tanh,
} from '../../src/graph/index.js'
import { evaluate } from '../reference/evaluate.js'
import { initialiser, inputs } from './inputs.js'

describe('graphs', () => {
  test('equal applications are one node', () => {
    const graph = new Graph()
    const [x, y] = inputs(graph, { x: [2, 3], y: [2, 3] }) as [Tensor, Tensor]
    expect(add(x, y)).toBe(add(x, y))
    expect(add(x, y)).not.toBe(add(y, x))
    expect(reduceSum(x, [0, 1])).toBe(reduceSum(x, [-1, 0]))
    expect(reduceSum(x, 0)).not.toBe(reduceSum(x, 0, true))
    expect(multiply(x, 2)).toBe(multiply(x, 2))
    expect(multiply(x, 0)).not.toBe(multiply(x, -0))
    expect(pad(x, [1, 0], [0, 0], Number.POSITIVE_INFINITY)).not.toBe(
      pad(x, [1, 0], [0, 0], Number.NEGATIVE_INFINITY),
    )
  })

  test('each dropout has a mask of its own, which the graph knows of', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: ['batch', 4] }) as [Tensor]
    const [first, second] = [dropout(x, 0.5), dropout(x, 0.25)]
    expect(first).not.toBe(second)
    expect(dropout(x, 0)).toBe(x)
    expect(graph.dropoutMasks.map(({ probability }) => probability)).toEqual([0.5, 0.25])
    expect(graph.dropoutMasks.map(({ tensor }) => tensor.shape)).toEqual([
      ['batch', 4],
      ['batch', 4],
    ])
    const [mask] = graph.dropoutMasks
    const feeds = new Map([
      [x, { shape: [1, 4], data: [1, 2, 3, 4] }],
      [mask?.tensor as Tensor, { shape: [1, 4], data: [0, 2, 2, 0] }],
    ])
    expect(evaluate([first], feeds)[0]?.data).toEqual([0, 4, 6, 0])
    for (const probability of [1, -0.1, Number.NaN]) {
      expect(() => dropout(x, probability)).toThrow(LimbicError)
    }
  })

  test('names of inputs and parameters are taken once', () => {
    const graph = new Graph()
    graph.input('x', 'float32', [1])
    graph.parameter('w', [1], initialiser)
    expect(() => graph.input('w', 'float32', [1])).toThrow(/"w" is taken/)
    expect(() => graph.parameter('x', [1], initialiser)).toThrow(/"x" is taken/)
  })

  test('tensors of two graphs do not mix', () => {
    const [x] = inputs(new Graph(), { x: [2] }) as [Tensor]
    const [y] = inputs(new Graph(), { y: [2] }) as [Tensor]
    expect(() => add(x, y)).toThrow(/add, operand 1: a tensor belongs to another graph/)
  })

  test('nodesInOrder gives each node after those that it needs', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const shared = exp(x)
    const names = nodesInOrder([add(tanh(shared), shared)]).map(({ operator }) => operator.name)
    expect(names).toEqual(['exp', 'tanh', 'add'])
  })
})

describe('listing', () => {
  const graph = new Graph()
  const [x] = inputs(graph, { x: ['batch', 'time', 4] }) as [Tensor]
  const weight = graph.parameter('encoder/weight', [3, 4], initialiser)
  graph.parameter('encoder/mean', [7], initialiser, false)
  const y = reduceMean(tanh(affine(x, weight)), 1)

  test('a line for each node', () => {
    const [first, second] = listGraph([y]).split('\n')
    expect(first).toMatch(/^%\d+ reshape\(x\) float32\[batch\*time, 4\]$/)
    expect(second).toMatch(/^%\d+ gemm\(%\d+, encoder\/weight\) float32\[batch\*time, 3\]$/)
    expect(listGraph([subtract(x, 1)])).toMatch(/subtract\(x, 1\) float32\[batch, time, 4\]$/)
  })

  test('parameters that are trained', () => {
    expect(countParameters(graph)).toBe(12)
  })

  test('operations by operator', () => {
    const sizes = new Map([
      ['batch', 2],
      ['time', 5],
    ])
    const { total, byOperator } = countFlops([y], sizes)
    expect(Object.fromEntries(byOperator)).toEqual({ gemm: 2 * 10 * 3 * 4, tanh: 30, mean: 30 })
    expect([...byOperator.keys()][0]).toBe('gemm')
    expect(total).toBe(300)
    expect(() => countFlops([y], new Map([['batch', 2]]))).toThrow(/"(batch\*)?time"/)
  })

  test('a recurrent layer counts once, whether its gradient is built or not', () => {
    const layers = new Graph()
    const [steps, wi, wr, b] = inputs(layers, {
      steps: [5, 2, 3],
      wi: [12, 3],
      wr: [12, 4],
      b: [12],
    }) as [Tensor, Tensor, Tensor, Tensor]
    const operands = {
      input: steps,
      inputWeight: wi,
      recurrentWeight: wr,
      inputBias: b,
      recurrentBias: b,
    }
    const { outputs } = gru([operands])[0] as GruResult
    const before = countFlops([outputs], new Map())
    expect(before.total).toBe(2 * 5 * 2 * (12 * 3 + 12 * 4))
    const [gradient] = gradients(reduceSum(outputs), [wi]) as [Tensor]
    expect(countFlops([outputs], new Map())).toEqual(before)
    const both = countFlops([outputs, gradient], new Map())
    expect(both.byOperator.has('gru')).toBe(false)
    expect(both.total).toBeGreaterThan(2 * before.total)
  })
})
