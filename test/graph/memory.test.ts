import { describe, expect, it } from 'vitest'
import { add, Graph, matmul, relu, reshape, type Tensor } from '../../src/graph/index.js'
import { largestAmount, memoryOf } from '../../src/graph/memory.js'
import { rawGraph } from '../../src/use/exported/describe.js'
import { modelVariants } from '../support/models/variants.js'

function input(graph = new Graph()): Tensor {
  return graph.input('x', 'float32', ['batch', 100])
}
const at = (batch: number, time = 1) =>
  new Map([
    ['batch', batch],
    ['time', time],
  ])

describe('the memory of a graph', () => {
  it('is what is fed, what is stored, and what lies between while it is read', () => {
    const graph = new Graph()
    const x = input(graph)
    const fill = { fill: () => {} }
    const [wide, narrow] = [
      graph.parameter('wide', [100, 1000], fill),
      graph.parameter('narrow', [1000, 10], fill),
    ]
    const amounts = memoryOf([matmul(matmul(x, wide), narrow)])
    const stored = 100 * 1000 + 1000 * 10
    expect(largestAmount(amounts, at(7))).toBe(4 * (stored + 7 * (100 + 1000 + 10)))
  })

  it('counts what is fed though nothing reads it, and a result that nothing else reads', () => {
    const graph = new Graph()
    const x = input(graph)
    const idle = graph.input('idle', 'int64', ['batch'])
    const amounts = memoryOf([relu(x)], { given: [x, idle] })
    expect(largestAmount(amounts, at(3))).toBe(3 * (4 * 200 + 8))
  })

  it('counts another shape of the same numbers once, and sums that take the place of an operand', () => {
    const made = relu(input())
    const amounts = memoryOf([add(reshape(add(made, 1), ['batch', 10, 10]), 2)])
    // What is fed, and one tensor that all is done in; the two scalars.
    expect(largestAmount(amounts, at(5))).toBe(4 * 5 * 200 + 8)
  })

  it('has the largest of several moments, whichever that is at given sizes', () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', ['batch', 'time', 50])
    const square = matmul(x, graph.input('y', 'float32', ['batch', 50, 'time']))
    const amounts = memoryOf([matmul(square, x)])
    const sides = (time: number) => 3 * 50 * time
    expect(largestAmount(amounts, at(2, 1000))).toBe(4 * 2 * (sides(1000) + 1000 ** 2))
    expect(largestAmount(amounts, at(2, 3))).toBe(4 * 2 * (sides(3) + 9))
  })

  it.each(modelVariants.map((variant) => [variant.name, variant] as const))(
    'is told of every model: %s',
    (_, { model, settings, widths, task }) => {
      const { graph, outputs } = rawGraph({ model: model.configure(settings), widths, task })
      const amounts = memoryOf([...outputs.values()], { given: graph.inputs.values() })
      const axes = [...graph.inputs.values()].flatMap(({ shape }) =>
        shape.filter((size) => typeof size === 'string'),
      )
      const sizes = (batch: number, steps: number) =>
        new Map(axes.map((name) => [name, name === 'batch' ? batch : steps]))
      const fed = [...graph.inputs.values()].reduce(
        (sum, { shape, dataType }) =>
          sum +
          (dataType === 'int64' ? 8 : 4) *
            shape.reduce<number>(
              (product, size) =>
                product * (typeof size === 'number' ? size : size === 'batch' ? 8 : 500),
              1,
            ),
        0,
      )
      expect(amounts.length).toBeLessThan(40)
      expect(largestAmount(amounts, sizes(8, 500))).toBeGreaterThan(fed)
      expect(largestAmount(amounts, sizes(8, 1000))).toBeGreaterThan(
        largestAmount(amounts, sizes(8, 500)),
      )
    },
  )
})
