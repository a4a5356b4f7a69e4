/** Scores of whole label sets in multi-label prediction. */

import { numberAt } from '../base/numbers.js'
import type { Numbers } from './check.js'
import { largestClass } from './classification.js'
import { sigmoid } from './probabilities.js'

/** How well the whole sets of the samples' emotions are predicted. */
export interface SetScores {
  /** Share of samples with exactly the right set of emotions. */
  readonly strict: number
  /** Share of samples whose predicted emotions are all right, with at least one predicted unless there is none. */
  readonly subset: number
  /** Share of samples with at least one emotion in common with the truth, or rightly with none at all. */
  readonly intersect: number
  /**
   * The published MESM evaluation's "intersect", which reads the emotions in order and stops at
   * the first false alarm: it depends on the order of the emotions and never exceeds `intersect`.
   */
  readonly intersectBeforeFalseAlarm: number
  /**
   * Share of the samples with any emotion whose highest score is of one that they have: a single
   * choice among all emotions, held against the set that is there. The HDA document's "Acc6" reads
   * so; it does not say what becomes of samples without emotion, for which no choice is right, and
   * they are left out here. NaN if no sample has any.
   */
  readonly highestScore: number
}

/**
 * The scores of sets: which emotions are predicted of a sample, against those that it has.
 *
 * @param logits samples x labels, row by row, before the sigmoid
 * @param truths samples x labels; above 0 means that the emotion is there
 * @param thresholds the probability above which each emotion is predicted
 */
export function setScores(
  logits: Numbers,
  truths: Numbers,
  thresholds: readonly number[],
): SetScores {
  const labelCount = thresholds.length
  const sampleCount = truths.length / labelCount
  const tally = { strict: 0, subset: 0, intersect: 0, intersectBeforeFalseAlarm: 0 }
  for (let sample = 0; sample < sampleCount; sample++) {
    let hits = 0
    let hitsBeforeFalseAlarm = 0
    let misses = 0
    let falseAlarms = 0
    for (let label = 0; label < labelCount; label++) {
      const place = sample * labelCount + label
      const predicted = sigmoid(numberAt(logits, place)) > numberAt(thresholds, label)
      const present = numberAt(truths, place) > 0
      if (predicted && present) {
        hits++
        if (falseAlarms === 0) hitsBeforeFalseAlarm++
      } else if (predicted) falseAlarms++
      else if (present) misses++
    }
    const exact = misses + falseAlarms === 0
    if (exact) tally.strict++
    if (exact || (hits > 0 && falseAlarms === 0)) tally.subset++
    if (exact || hits > 0) tally.intersect++
    if (exact || hitsBeforeFalseAlarm > 0) tally.intersectBeforeFalseAlarm++
  }
  return {
    strict: tally.strict / sampleCount,
    subset: tally.subset / sampleCount,
    intersect: tally.intersect / sampleCount,
    intersectBeforeFalseAlarm: tally.intersectBeforeFalseAlarm / sampleCount,
    highestScore: highestScoreAccuracy(logits, truths, labelCount),
  }
}

/** Of equal scores the first counts, as in `largestClass`. */
function highestScoreAccuracy(logits: Numbers, truths: Numbers, labelCount: number): number {
  const chosen = largestClass(logits, labelCount)
  let right = 0
  let counted = 0
  for (const [sample, choice] of chosen.entries()) {
    const isPresent = (label: number) => numberAt(truths, sample * labelCount + label) > 0
    if (!Array.from({ length: labelCount }, (_, label) => label).some(isPresent)) continue
    counted++
    if (isPresent(choice)) right++
  }
  // 0 / 0 is the honest answer where there is nothing to choose.
  return right / counted
}
