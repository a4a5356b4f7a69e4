import { describe, expect, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import {
  add,
  exp,
  expand,
  Graph,
  gradients,
  less,
  multiply,
  type Operator,
  pullBack,
  reduceSum,
  square,
  stopGradient,
  type Tensor,
  tanh,
  where,
} from '../../src/graph/index.js'
import { evaluate } from '../reference/evaluate.js'
import { inputs } from './inputs.js'

function value(tensor: Tensor | undefined, feeds: Readonly<Record<string, number>>): number {
  const arrays = new Map(
    Object.entries(feeds).map(([name, number]) => [name, { shape: [], data: [number] }]),
  )
  return evaluate([tensor as Tensor], arrays)[0]?.data[0] as number
}

describe('gradients', () => {
  test('a source without influence gets zeros of its own shape and type', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [2] }) as [Tensor]
    const other = graph.input('other', 'float64', [3, 2])
    const [toX, toOther] = gradients(reduceSum(square(x)), [x, other]) as [Tensor, Tensor]
    expect(toOther.dataType).toBe('float64')
    const feeds = new Map([[x, { shape: [2], data: [1, -2] }]])
    expect(evaluate([toX, toOther], feeds)).toEqual([
      { shape: [2], data: [2, -4] },
      { shape: [3, 2], data: [0, 0, 0, 0, 0, 0] },
    ])
  })

  test('nothing passes stopGradient', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const loss = multiply(x, stopGradient(square(x)))
    expect(value(gradients(loss, [x])[0], { x: 3 })).toBe(9)
    expect(value(gradients(stopGradient(x), [x])[0], { x: 3 })).toBe(0)
  })

  test('what is used several times collects the gradient of every use', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const shared = square(x)
    const loss = add(multiply(shared, shared), multiply(shared, 3))
    // x^4 + 3 x^2
    expect(value(gradients(loss, [x])[0], { x: 2 })).toBe(4 * 8 + 6 * 2)
  })

  test('with respect to something in the middle, and to the loss itself', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const middle = exp(x)
    const loss = square(middle)
    const found = gradients(loss, [middle, loss])
    expect(value(found[0], { x: 0 })).toBe(2)
    expect(value(found[1], { x: 0 })).toBe(1)
  })

  test('of a gradient: second derivatives', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const [first] = gradients(multiply(square(x), x), [x]) as [Tensor]
    const [second] = gradients(first, [x])
    expect(value(second, { x: 5 })).toBe(30)
  })

  test('a loss that is not one number is refused', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: ['batch', 2] }) as [Tensor]
    expect(() => gradients(x, [x])).toThrow(
      /a floating-point scalar.*expected shape \[\].*\[batch, 2\]/,
    )
    const count = graph.input('count', 'int64', [])
    expect(() => gradients(count, [count])).toThrow(LimbicError)
  })

  test('an operator without a gradient is named', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [3] }) as [Tensor]
    const mystery: Operator<object, readonly [Tensor]> = {
      name: 'mystery',
      infer: ([{ dataType, shape }]) => [{ dataType, shape }],
      lower: () => {},
    }
    const [odd] = graph.apply(mystery, [x], {}).outputs
    expect(() => gradients(reduceSum(odd), [x])).toThrow(/mystery has no gradient.*stopGradient/)
  })

  test('comparisons on the way are constant', () => {
    const graph = new Graph()
    const [x] = inputs(graph, { x: [] }) as [Tensor]
    const loss = where(less(x, 0), multiply(x, 2), multiply(x, 5))
    const [found] = gradients(loss, [x])
    expect([value(found, { x: -1 }), value(found, { x: 1 })]).toEqual([2, 5])
  })

  test('pullBack leaves out what has no influence', () => {
    const graph = new Graph()
    const [x, y] = inputs(graph, { x: [2], y: [2] }) as [Tensor, Tensor]
    const gradientOf = pullBack([tanh(x)], [expand(graph.scalar(1), [2])], [x, y])
    expect(gradientOf(x)?.shape).toEqual([2])
    expect(gradientOf(y)).toBeUndefined()
  })
})
