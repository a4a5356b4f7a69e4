import { expect, test } from 'vitest'
import { Graph, gradients, reduceSum } from '../../src/graph/index.js'
import { fitSteps, readAlongside, Scope, unbiasedLayerNorm } from '../../src/nn/index.js'
import { evaluate } from '../reference/evaluate.js'
import { runSmall } from '../support/models/describe-model.js'

/** Steps numbered from 0, read at the times of another sequence, for each sample. */
async function stepsRead(lengths: readonly number[], others: readonly number[]) {
  const graph = new Graph()
  const input = graph.input('input', 'float32', ['batch', 'time', 1])
  const other = graph.input('other', 'float32', ['batch', 'other_time', 2])
  const inputLengths = graph.input('lengths', 'int64', ['batch'])
  const otherLengths = graph.input('other_lengths', 'int64', ['batch'])
  const result = readAlongside(input, inputLengths, other, otherLengths)
  const [time, otherTime] = [Math.max(...lengths), Math.max(...others)]
  const samples = lengths.length
  const feeds = new Map([
    [input, { shape: [samples, time, 1], data: lengths.flatMap(() => [...Array(time).keys()]) }],
    [
      other,
      { shape: [samples, otherTime, 2], data: Array<number>(samples * otherTime * 2).fill(0) },
    ],
    [inputLengths, { shape: [samples], data: [...lengths] }],
    [otherLengths, { shape: [samples], data: [...others] }],
  ])
  const found = Array.from((await runSmall({ result }, feeds)).get('result')?.data ?? [], Number)
  expect(found).toEqual(evaluate([result], feeds)[0]?.data)
  return others.map((steps, sample) =>
    found.slice(sample * otherTime, sample * otherTime + steps).join(' '),
  )
}

test('a sequence read alongside one with as many steps is itself', async () => {
  expect(await stepsRead([4, 2, 1], [4, 2, 1])).toEqual(['0 1 2 3', '0 1', '0'])
})

test('a sequence read alongside another takes the step during which each middle falls', async () => {
  expect(await stepsRead([2, 6, 3, 1], [4, 3, 2, 3])).toEqual(['0 0 1 1', '1 3 5', '0 2', '0 0 0'])
})

test.each([
  [2, [1, 2, 4, 5]],
  [4, [1, 2, 3, 0, 4, 5, 6, 0]],
  [3, [1, 2, 3, 4, 5, 6]],
])('a sequence is cut, filled or left at %i steps', async (steps, expected) => {
  const graph = new Graph()
  const input = graph.input('input', 'float32', ['batch', 'time', 1])
  const result = fitSteps(input, 1, steps)
  expect(result.shape).toEqual(['batch', steps, 1])
  const feeds = new Map([[input, { shape: [2, 3, 1], data: [1, 2, 3, 4, 5, 6] }]])
  const found = (await runSmall({ result }, feeds)).get('result')
  expect(Array.from(found?.data ?? [], Number)).toEqual(expected)
})

test('equal numbers are normalised to nothing, with a gradient', async () => {
  const scope = new Scope(new Graph())
  const input = scope.graph.input('input', 'float32', [1, 3])
  const result = unbiasedLayerNorm(scope, { width: 3 })(input)
  const [gradient = result] = gradients(reduceSum(result), [input])
  const feeds = new Map([[input, { shape: [1, 3], data: [2, 2, 2] }]])
  for (const { name, tensor } of scope.graph.parameters.values()) {
    feeds.set(tensor, { shape: [3], data: Array<number>(3).fill(name === 'weight' ? 1 : 0) })
  }
  const found = await runSmall({ result, gradient }, feeds)
  expect(Array.from(found.get('result')?.data ?? [], Number)).toEqual([0, 0, 0])
  expect(Array.from(found.get('gradient')?.data ?? [], Number).every(Number.isFinite)).toBe(true)
})
