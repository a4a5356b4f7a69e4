/** Which task is chosen for a corpus, and that each reads back from what a file keeps of it. */
import { describe, expect, test } from 'vitest'
import type { Dataset, Split, Targets } from '../../src/data/dataset.js'
import { chooseTask } from '../../src/task/choose.js'
import { targetNames, taskSchema } from '../../src/task/kinds.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import { singleLabel } from '../../src/task/single-label.js'

const wishes = { loss: 'l1' } as const
const all: Targets = {
  sentiment: Float32Array.of(1, -1),
  classes: Int32Array.of(0, 1),
  emotions: Float32Array.of(1, 0, 0, 1),
}

function corpus(train: Targets, test: Targets = train): Dataset {
  const split = (targets: Targets): Split => ({ ids: ['a', 'b'], features: {}, targets })
  return {
    name: 'small',
    synthetic: true,
    aligned: true,
    classNames: ['calm', 'angry'],
    emotionNames: ['happy', 'sad'],
    notes: [],
    splits: { train: split(train), valid: split(train), test: split(test) },
    close: () => {},
  }
}
const targetFor = (dataset: Dataset, target = 'auto') =>
  chooseTask(dataset, { target }, wishes).target

describe('the task of a corpus', () => {
  test('is that of the first target that every split has', () => {
    const { sentiment: _, ...labels } = all
    expect(targetFor(corpus(all))).toBe('sentiment')
    expect(targetFor(corpus(labels))).toBe('classes')
    expect(targetFor(corpus(all, labels))).toBe('classes')
    expect(targetFor(corpus(all, { emotions: Float32Array.of(1, 0, 0, 1) }))).toBe('emotions')
  })

  test.each(targetNames)('is that of %s where it is named', (target) => {
    expect(targetFor(corpus(all), target)).toBe(target)
  })

  test('is refused where a split lacks the target, with those that every split has', () => {
    const { sentiment: _, ...labels } = all
    expect(() => targetFor(corpus(all, labels), 'sentiment')).toThrow(
      /small: not every split has the target sentiment: expected one of classes or emotions, got sentiment/,
    )
    expect(() => targetFor(corpus({ sentiment: Float32Array.of(1, -1) }, labels))).toThrow(
      /not every split has a common target: expected sentiment, classes or emotions/,
    )
  })
})

describe('what a file keeps of a task', () => {
  test.each([
    sentiment({ loss: 'l1' }),
    singleLabel({ classNames: ['calm', 'angry'], classWeights: [1, 2] }),
    multiLabel({ labelNames: ['happy', 'sad'], positiveWeights: [3, 1] }),
  ])('is read back: $spec.kind', ({ spec }) => {
    const read = taskSchema.parse(JSON.parse(JSON.stringify(spec)))
    expect(read).toMatchObject({ spec })
  })

  test('of an unknown kind is refused', () => {
    expect(taskSchema.safeParse({ kind: 'guesswork' }).success).toBe(false)
  })
})
