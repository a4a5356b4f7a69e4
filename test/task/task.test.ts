import { describe, expect, test } from 'vitest'
import type { Dataset, Split, Targets } from '../../src/data/dataset.js'
import { chooseTask } from '../../src/task/choose.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import { singleLabel } from '../../src/task/single-label.js'

function corpus(targets: Targets, count: number, names: Partial<Dataset> = {}): Dataset {
  const ids = Array.from({ length: count }, (_, index) => String(index))
  const split: Split = { ids, features: {}, targets }
  return {
    ...{ name: 'small', synthetic: true, aligned: true, notes: [], close: () => {} },
    splits: { train: split, valid: split, test: split },
    ...names,
  }
}

describe('balance', () => {
  const loss = 'l1' as const
  const data = { target: 'auto' } as const

  test('weighs classes by the inverse of their share', () => {
    const dataset = corpus({ classes: Int32Array.of(0, 0, 0, 1) }, 4, { classNames: ['a', 'b'] })
    expect(chooseTask(dataset, data, { loss, balance: 'classes' }).spec).toEqual({
      kind: 'classification',
      classNames: ['a', 'b'],
      classWeights: [4 / 6, 2],
    })
    expect(chooseTask(dataset, data, { loss, balance: 'none' }).spec).not.toHaveProperty(
      'classWeights',
    )
  })

  test('weighs positives by negatives / positives, whatever their intensity', () => {
    const emotions = Float32Array.of(3, 0, 0, 0, 0, 1, 0, 2)
    const dataset = corpus({ emotions }, 4, { emotionNames: ['happy', 'sad'] })
    expect(chooseTask(dataset, data, { loss, balance: 'classes' }).spec).toMatchObject({
      positiveWeights: [3, 1],
    })
  })

  test('and thresholds are refused where the target has nothing for them to act on', () => {
    const sentiment = corpus({ sentiment: Float32Array.of(1, -1) }, 2)
    expect(() => chooseTask(sentiment, data, { loss, balance: 'classes' })).toThrow(
      /training\.balance.*got sentiment.*Leave it out/,
    )
    const classes = corpus({ classes: Int32Array.of(0, 1) }, 2, { classNames: ['a', 'b'] })
    for (const dataset of [sentiment, classes]) {
      expect(() => chooseTask(dataset, data, { loss, thresholds: 'validation' })).toThrow(
        /training\.thresholds.*expected emotions/,
      )
    }
  })

  test('refuses a class that never occurs', () => {
    const dataset = corpus({ classes: Int32Array.of(0, 0) }, 2, { classNames: ['a', 'b'] })
    expect(() => chooseTask(dataset, data, { loss, balance: 'classes' })).toThrow(
      /small, training set, b: a class without samples cannot be weighted/,
    )
  })
})

describe('thresholds', () => {
  const task = multiLabel({ labelNames: ['happy', 'sad'] })
  const logit = (probability: number) => Math.log(probability / (1 - probability))
  const predictions = Float32Array.from([0.3, 0.9, 0.32, 0.2, 0.1, 0.8, 0.05, 0.7], logit)
  const targets = { emotions: Float32Array.of(1, 1, 1, 0, 0, 1, 0, 0) }

  test('are those with the best F1, one an emotion, and change what is measured', () => {
    const thresholds = task.thresholds?.(predictions, targets)
    expect(thresholds?.[0]).toBeCloseTo(0.1, 5)
    expect(thresholds?.[1]).toBeCloseTo(0.7, 5)
    const half = task.measure(predictions, targets, { perClass: true })
    const chosen = task.measure(predictions, targets, { thresholds, perClass: true })
    expect(half['f1.happy']).toBe(0)
    expect(chosen['f1.happy']).toBe(1)
    expect(chosen.f1).toBeCloseTo(((chosen['f1.happy'] ?? 0) + (chosen['f1.sad'] ?? 0)) / 2, 10)
    expect(chosen.strict).toBeGreaterThan(half.strict ?? 1)
  })

  test('are not for other tasks', () => {
    expect(sentiment({ loss: 'l1' })).not.toHaveProperty('thresholds')
    expect(singleLabel({ classNames: ['a', 'b'] })).not.toHaveProperty('thresholds')
  })
})

describe('figures of each class', () => {
  test('stand under the name of the metric and that of the class', () => {
    const task = singleLabel({ classNames: ['calm', 'angry'] })
    const targets = { classes: Int32Array.of(0, 1, 1) }
    const predictions = Float32Array.of(1, 0, 0, 1, 1, 0)
    expect(task.measure(predictions, targets, { perClass: true })).toMatchObject({
      'recall.calm': 1,
      'recall.angry': 0.5,
      'precision.calm': 0.5,
      accuracy: 2 / 3,
    })
    expect(task.measure(predictions, targets)).not.toHaveProperty('recall.calm')
  })

  test('the area under the ROC curve is that of each class against the rest, and their mean', () => {
    const task = singleLabel({ classNames: ['a', 'b', 'c'] })
    const targets = { classes: Int32Array.of(0, 1, 2, 1, 2, 0) }
    const logits = Float32Array.of(2, 1, 0, 0, 3, 1, 1, 1, 1.5, 0.5, 0.2, 0.1, 2, 0, 2.5, 0, 1, 0)
    const measured = task.measure(logits, targets, { perClass: true })
    // As scikit-learn has it: roc_auc_score(truths, probabilities, multi_class='ovr').
    expect(measured.auc).toBeCloseTo(0.8333333, 6)
    expect(measured['auc.a']).toBeCloseTo(0.625, 6)
    expect(measured['auc.b']).toBeCloseTo(0.875, 6)
    expect(measured['auc.c']).toBeCloseTo(1, 6)
  })

  test('the loss of weighed classes is the weighted mean', () => {
    const targets = { classes: Int32Array.of(0, 1) }
    const predictions = Float32Array.of(0, 0, 2, 0)
    const plain = singleLabel({ classNames: ['a', 'b'] })
    const weighed = singleLabel({ classNames: ['a', 'b'], classWeights: [3, 1] })
    const [first, second] = [Math.log(2), Math.log(1 + Math.exp(2))]
    expect(plain.lossValue(predictions, targets)).toBeCloseTo((first + second) / 2, 6)
    expect(weighed.lossValue(predictions, targets)).toBeCloseTo((3 * first + second) / 4, 6)
  })
})
