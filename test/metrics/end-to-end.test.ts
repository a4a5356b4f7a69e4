/** Thresholds and metrics of several emotions against those of MESM's published evaluation. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { classificationMetrics, largestClass } from '../../src/metrics/classification.js'
import { type MultilabelMetrics, multilabelMetrics } from '../../src/metrics/multilabel.js'
import { bestThresholds } from '../../src/metrics/thresholds.js'
import { sharedPath } from '../support/folders.js'

const path = sharedPath('golden', 'end-to-end', 'metrics-mesm.json')
type Table = readonly (readonly number[])[]
type Scores = Readonly<Record<string, readonly number[]>>

const names = [
  ['accuracy', 'accuracy'],
  ['recall', 'recall'],
  ['precision', 'precision'],
  ['f1', 'f1'],
  ['auc', 'auc'],
  ['weighted_accuracy', 'weightedAccuracy'],
  ['weighted_f1', 'weightedF1'],
] as const

/** Every class's score and their mean, as far as the file has them. */
function compare(found: MultilabelMetrics, expected: Scores): number {
  let compared = 0
  for (const [theirs, ours] of names) {
    const scores = expected[theirs]
    if (!scores) continue
    const own = [...found.perLabel, found.mean].map((one) => one[ours])
    for (const [index, score] of scores.entries()) {
      expect(own[index], `${theirs}, ${index}`).toBeCloseTo(score, 10)
      compared++
    }
  }
  return compared
}

describe.skipIf(!path)('golden/end-to-end/metrics-mesm.json (needs ../shared)', () => {
  const golden = path ? JSON.parse(readFileSync(path, 'utf8')) : {}
  const flat = (table: Table) => table.flat()

  test.each(['iemocap', 'mosei'])('%s: thresholds of validation, applied to test', (name) => {
    const { validation, test: held, thresholds, expected } = golden[name]
    const count = thresholds.length
    const found = bestThresholds(flat(validation.logits), flat(validation.truth), count)
    for (const [index, threshold] of found.entries()) {
      expect(threshold).toBeCloseTo(thresholds[index], 12)
    }
    const scores = (split: { logits: Table; truth: Table }, limits: number | number[]) =>
      multilabelMetrics(flat(split.logits), flat(split.truth), count, limits)
    expect(compare(scores(validation, found), expected.validation)).toBe(35)
    expect(compare(scores(held, found), expected.test)).toBe(49)
    const fixed = expected['fixed threshold 0.3']
    if (fixed) {
      const at = scores(held, 0.3)
      expect(compare(at, fixed)).toBe(21)
      expect([at.strict, at.subset, at.intersectBeforeFalseAlarm]).toEqual(
        fixed.strict_subset_intersect,
      )
    }
    const choice = expected.cross_entropy
    if (choice) {
      const truths = held.truth.map((row: number[]) => row.indexOf(1))
      const chosen = classificationMetrics(largestClass(flat(held.logits), count), truths, count)
      expect(chosen.accuracy).toBeCloseTo(choice.accuracy, 10)
      expect(chosen.macroF1).toBeCloseTo(choice.macro_f1, 10)
      expect(chosen.macroPrecision).toBeCloseTo(choice.macro_precision, 10)
      expect(chosen.classMeanAccuracy).toBeCloseTo(choice.macro_recall, 10)
    }
  })

  test('edges: nothing found, and many thresholds as good', () => {
    const { logits, truth, thresholds, expected } = golden.edges
    const found = bestThresholds(flat(logits), flat(truth), 2)
    for (const [index, threshold] of found.entries()) {
      expect(threshold).toBeCloseTo(thresholds[index], 12)
    }
    expect(compare(multilabelMetrics(flat(logits), flat(truth), 2, found), expected)).toBe(15)
  })
})
