import { describe, expect, test } from 'vitest'
import { sentimentMetrics } from '../../src/metrics/index.js'
import { taskSchema } from '../../src/task/kinds.js'
import { sentimentKind } from '../../src/task/sentiment.js'
import { sentimentClasses } from '../../src/task/sentiment-classes.js'

// Log probabilities of classes from -3 to 3.
const logits = (...shares: number[]) => shares.map((share) => Math.log(share))
const left = logits(0.1, 0.2, 0.4, 0.1, 0.1, 0.05, 0.05)
const right = logits(0.05, 0.05, 0.05, 0.05, 0.1, 0.4, 0.3)
const flat = logits(0.3, 0.02, 0.08, 0.2, 0.02, 0.02, 0.36)
const predictions = Float32Array.from([...left, ...right, ...flat])
// Rounded half to even: -2, 2, 0.
const targets = { sentiment: Float32Array.of(-1.6, 2.5, 0.5) }
const numbers = [-0.3 - 0.4 - 0.4 + 0.1 + 0.1 + 0.15, -0.15 - 0.1 - 0.05 + 0.1 + 0.8 + 0.9, 0.12]

describe('sentiment as classes', () => {
  const task = sentimentClasses({ reading: 'probabilities' })

  test('has the rounded labels as its targets, and their cross entropy as its loss', () => {
    expect(task.targetValues(targets)).toEqual(BigInt64Array.of(0n + 1n, 5n, 3n))
    expect(task.targetValues({})).toBeUndefined()
    const mean = -(Math.log(0.2) + Math.log(0.4) + Math.log(0.2)) / 3
    expect(task.lossValue(predictions, targets)).toBeCloseTo(mean, 6)
  })

  test('answers with the mean by probability, and the probabilities', () => {
    const answer = task.answer(predictions.subarray(0, 7))
    expect(answer.prediction).toBeCloseTo(numbers[0] ?? NaN, 5)
    expect(Object.values(answer.probabilities)[2]).toBeCloseTo(0.4, 5)
    expect(task.describe(predictions.subarray(7, 14))).toBe('+1.50')
  })

  test('measures errors of the number, and accuracies of the likeliest class', () => {
    const measured = task.measure(predictions, targets)
    const expected = sentimentMetrics(numbers, targets.sentiment)
    expect(measured.mae).toBeCloseTo(expected.mae, 5)
    expect(measured.correlation).toBeCloseTo(expected.correlation, 5)
    expect(measured.accuracy2ZerosExcluded).toBe(expected.accuracy2ZerosExcluded)
    // Likeliest are -1, 2 and 3.
    expect(measured.accuracy7).toBeCloseTo(1 / 3, 6)
  })

  test('reads the polarity from logits where asked to', () => {
    // Weighted by logits 1.5; by probability far below 0, as e^4 outweighs the rest.
    const outputs = Float32Array.of(4, 0, 0, 0, 2, 2, 2.5)
    const shareOf = (reading: 'probabilities' | 'logits', truth: number) => {
      const measured = sentimentClasses({ reading }).measure(outputs, {
        sentiment: Float32Array.of(truth),
      })
      return [measured.accuracy2ZerosExcluded, measured.accuracy7]
    }
    expect(shareOf('logits', 1)).toEqual([1, 0])
    expect(shareOf('logits', -3)).toEqual([0, 1])
    expect(shareOf('probabilities', -3)).toEqual([1, 1])
  })

  test('is chosen by the loss, on the scale of the labels, and read from files', () => {
    const split = { ids: ['a'], features: {}, targets: { sentiment: Float32Array.of(0.6) } }
    const dataset = {
      ...{ name: 'small', synthetic: true, aligned: true, notes: [], close: () => {} },
      splits: { train: split, valid: split, test: split },
    }
    const chosen = sentimentKind.make(dataset, { loss: 'classes', reading: 'logits' })
    expect(chosen.outputs).toEqual(['neg+', 'neg', 'neu', 'pos', 'pos+'])
    expect(chosen.spec).toEqual({ kind: 'sentiment-classes', reading: 'logits', strongest: 1 })
    const read = taskSchema.parse(JSON.parse(JSON.stringify(task.spec)))
    expect(read.outputs).toHaveLength(7)
    expect(read.lossName).toBe('Cross entropy')
  })
})
