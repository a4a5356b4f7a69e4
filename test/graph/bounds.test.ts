/** Sizes that only a run tells, at most. */
import { expect, test } from 'vitest'
import { boundedShape, boundsOf } from '../../src/graph/bounds.js'
import {
  cast,
  countFlops,
  Graph,
  gatherNd,
  greater,
  multiply,
  nonZero,
} from '../../src/graph/index.js'
import { largestAmount, memoryOf } from '../../src/graph/memory.js'
import { nodesInOrder } from '../../src/graph/order.js'

/** The rows of [batch, time, 8] where a number is positive; then those elements of them that are. */
function twice() {
  const graph = new Graph()
  const chosen = graph.input('chosen', 'float32', ['batch', 'time'])
  const values = graph.input('values', 'float32', ['batch', 'time', 8])
  const rows = gatherNd(values, nonZero(cast(greater(chosen, 0), 'int64')))
  const elements = gatherNd(rows, nonZero(cast(greater(rows, 0), 'int64')))
  return { rows, elements, doubled: multiply(elements, 2) }
}

test('found elements are at most all that were looked through, however often', () => {
  const { rows, elements } = twice()
  const bounds = boundsOf(nodesInOrder([elements]))
  expect(boundedShape(rows.shape, bounds)).toEqual(['batch*time', 8])
  expect(boundedShape(elements.shape, bounds)).toEqual(['batch*time*8'])
})

test('operations and memory are counted for the most that there can be', () => {
  const { doubled, rows } = twice()
  const sizes = new Map([
    ['batch', 2],
    ['time', 5],
  ])
  expect(countFlops([doubled], sizes).byOperator.get('multiply')).toBe(2 * 5 * 8)
  const bytes = largestAmount(memoryOf([rows]), sizes)
  // What is fed, [2, 5] and [2, 5, 8], and ten rows of eight at most.
  expect(bytes).toBeGreaterThanOrEqual(4 * (10 + 80 + 80))
})
