/** Examples of one class each: their targets are of that class, and so is an answer that is right. */
import { expect, test } from 'vitest'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import { sentimentClasses } from '../../src/task/sentiment-classes.js'
import { singleLabel } from '../../src/task/single-label.js'
import type { Task } from '../../src/task/task.js'

const names = ['happy', 'sad', 'fear']

/** Tasks, and outputs that answer a class of them. */
const tasks: readonly (readonly [string, Task, (shown: number) => readonly number[]])[] = [
  ['classes', singleLabel({ classNames: names }), (shown) => oneHot(shown, 3)],
  ['labels', multiLabel({ labelNames: names }), (shown) => oneHot(shown, 3)],
  ['a sentiment to 3', sentiment({ loss: 'l1' }), (shown) => [shown - 3]],
  [
    'a sentiment to 1',
    sentiment({ loss: 'mse', strongest: 1 }),
    (shown) => [[-1, -0.3, 0, 0.3, 1][shown] ?? Number.NaN],
  ],
  [
    'classes of sentiment',
    sentimentClasses({ reading: 'probabilities' }),
    (shown) => oneHot(shown, 7),
  ],
]

const oneHot = (shown: number, count: number) =>
  Array.from({ length: count }, (_, place) => (place === shown ? 20 : -20))

test.each(tasks)('%s', (_, task, outputsOf) => {
  const { grouping, examples } = task
  const classes = grouping.names.map((_name, at) => at)
  const targets = examples?.targetsOf(classes) ?? {}
  expect(classes.map((at) => grouping.of(targets, at))).toEqual(classes.map((at) => [at]))
  for (const shown of classes) {
    const outputs = Float32Array.from(outputsOf(shown))
    expect(examples?.classesIn(outputs)).toEqual([shown])
  }
})
