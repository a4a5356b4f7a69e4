import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  bestThresholds,
  classificationMetrics,
  multilabelMetrics,
  pairedTTest,
  sentimentMetrics,
  studentTTest,
  welchTTest,
} from '../../src/metrics/index.js'

const shared = process.env.LIMBIC_SHARED ?? resolve(import.meta.dirname, '../../../shared')
const path = resolve(shared, 'golden/metrics.json')

const list = z.array(z.number())
const table = z.array(list)
const test = z.object({ t: z.number(), p: z.number() })
const schema = z.object({
  sentiment: z.object({
    prediction: list,
    truth: list,
    expected: z.record(z.string(), z.number()),
  }),
  emotion_7class: z.object({
    truth: list,
    prediction: list,
    expected: z.object({
      accuracy: z.number(),
      class_mean_accuracy: z.number(),
      weighted_precision: z.number(),
      macro_precision: z.number(),
      weighted_f1: z.number(),
      macro_f1: z.number(),
      confusion: table,
    }),
  }),
  emotion_multilabel: z.object({
    logits: table,
    truth: table,
    threshold: z.number(),
    expected: z.object({
      weighted_accuracy: list,
      weighted_f1: list,
      auc: list,
      strict_subset_intersect: list,
    }),
    best_threshold: z.object({
      thresholds: list,
      accuracy: list,
      recall: list,
      precision: list,
      f1: list,
      auc: list,
    }),
  }),
  ttest: z.object({ a: list, b: list, independent: test, welch: test, paired: test }),
})

function expectAll(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] as number)), `place ${index}`).toBeLessThan(1e-9)
  })
}

// The reference numbers are looked for beside the repository, or where LIMBIC_SHARED says.
describe.skipIf(!existsSync(path))('reference numbers (skipped where absent)', () => {
  const golden = existsSync(path)
    ? schema.parse(JSON.parse(readFileSync(path, 'utf8')))
    : ({} as z.infer<typeof schema>)

  // The published code weighs F1 by predictions.
  it('sentiment', () => {
    const { prediction, truth, expected } = golden.sentiment
    const found = sentimentMetrics(prediction, truth)
    const names = {
      mae: found.mae,
      corr: found.correlation,
      acc_7: found.accuracy7 ?? Number.NaN,
      acc_5: found.accuracy5 ?? Number.NaN,
      f1_pos: found.f1ZerosPositiveByPredictions,
      bin_acc_pos: found.accuracy2ZerosPositive,
      f1_neg: found.f1ZerosNegativeByPredictions,
      bin_acc_neg: found.accuracy2ZerosNegative,
      f1: found.f1ZerosExcludedByPredictions,
      bin_acc: found.accuracy2ZerosExcluded,
    }
    expect(Object.keys(names).sort()).toEqual(Object.keys(expected).sort())
    expectAll(
      Object.values(names),
      Object.keys(names).map((name) => expected[name] as number),
    )
  })

  it('seven classes', () => {
    const { prediction, truth, expected } = golden.emotion_7class
    const found = classificationMetrics(prediction, truth, 7)
    expect(found.confusion).toEqual(expected.confusion)
    expectAll(
      [
        found.accuracy,
        found.classMeanAccuracy,
        found.weightedPrecision,
        found.macroPrecision,
        found.weightedF1,
        found.macroF1,
      ],
      [
        expected.accuracy,
        expected.class_mean_accuracy,
        expected.weighted_precision,
        expected.macro_precision,
        expected.weighted_f1,
        expected.macro_f1,
      ],
    )
  })

  it('six emotions at once', () => {
    const { logits, truth, threshold, expected } = golden.emotion_multilabel
    const found = multilabelMetrics(logits.flat(), truth.flat(), 6, threshold)
    const all = [...found.perLabel, found.mean]
    expectAll(
      all.map((scores) => scores.weightedAccuracy),
      expected.weighted_accuracy,
    )
    expectAll(
      all.map((scores) => scores.weightedF1),
      expected.weighted_f1,
    )
    expectAll(
      all.map((scores) => scores.auc),
      expected.auc,
    )
    expectAll(
      [found.strict, found.subset, found.intersectBeforeFalseAlarm],
      expected.strict_subset_intersect,
    )
  })

  it('six emotions at once, at their best thresholds', () => {
    const { logits, truth, best_threshold: expected } = golden.emotion_multilabel
    const thresholds = bestThresholds(logits.flat(), truth.flat(), 6)
    expectAll(thresholds, expected.thresholds)
    const found = multilabelMetrics(logits.flat(), truth.flat(), 6, thresholds)
    const all = [...found.perLabel, found.mean]
    for (const name of ['accuracy', 'recall', 'precision', 'f1', 'auc'] as const) {
      expectAll(
        all.map((scores) => scores[name]),
        expected[name],
      )
    }
  })

  it('t-tests', () => {
    const { a, b, independent, welch, paired } = golden.ttest
    const student = studentTTest(a, b)
    expectAll([student.t, student.p], [independent.t, independent.p])
    const unequal = welchTTest(a, b)
    expectAll([unequal.t, unequal.p], [welch.t, welch.p])
    const pairs = pairedTTest(a, b)
    expectAll([pairs.t, pairs.p], [paired.t, paired.p])
  })
})
