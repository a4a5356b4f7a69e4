import { expect, test } from 'vitest'
import { Graph } from '../../src/graph/index.js'
import { readAlongside } from '../../src/nn/index.js'
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
