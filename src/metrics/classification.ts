/** Accuracy, F1 and confusion matrices of single-label classification. */

import { LimbicError } from '../base/errors.js'
import { numberAt } from '../base/numbers.js'
import { checkPairs, type Numbers } from './check.js'
import {
  accuracyOf,
  type ClassScores,
  type ConfusionCounts,
  countConfusions,
  scoreClasses,
  weightedBySupport,
} from './confusion.js'
import { mean } from './numbers.js'

/** How well one class a sample is predicted. */
export interface ClassificationMetrics {
  /** Share of right samples. The SelfCross document calls it "UWA". */
  readonly accuracy: number
  /**
   * Mean of the recalls of the classes that occur in the truths: balanced accuracy, UAR. The
   * SelfCross document calls it "WA", which elsewhere is plain accuracy.
   */
  readonly classMeanAccuracy: number
  /** Mean over classes, weighted by their samples. */
  readonly weightedPrecision: number
  readonly weightedF1: number
  /** Plain mean over the classes that occur in the truths or the predictions. */
  readonly macroPrecision: number
  readonly macroF1: number
  readonly perClass: readonly ClassScores[]
  /** `confusion[truth][prediction]`, in samples. */
  readonly confusion: ConfusionCounts
}

/**
 * The metrics of single-label classification, as scikit-learn computes them.
 *
 * @param predictions the index of one class a sample
 * @param truths the index of the true class a sample
 * @param classCount number of classes; indices run from 0 to one less
 * @throws LimbicError if the lengths differ or are 0, or an index is not one of a class
 */
export function classificationMetrics(
  predictions: Numbers,
  truths: Numbers,
  classCount: number,
): ClassificationMetrics {
  checkPairs('classification', predictions, truths)
  checkClasses('predictions', predictions, classCount)
  checkClasses('truths', truths, classCount)
  const confusion = countConfusions(
    classCount,
    truths.length,
    (sample) => numberAt(truths, sample),
    (sample) => numberAt(predictions, sample),
  )
  const perClass = scoreClasses(confusion)
  const present = perClass.filter(({ support }) => support > 0)
  const seen = perClass.filter(
    ({ support }, index) => support > 0 || confusion.some((row) => numberAt(row, index) > 0),
  )
  return {
    accuracy: accuracyOf(confusion),
    classMeanAccuracy: mean(present.map(({ recall }) => recall)),
    weightedPrecision: weightedBySupport(perClass, 'precision'),
    weightedF1: weightedBySupport(perClass, 'f1'),
    macroPrecision: mean(seen.map(({ precision }) => precision)),
    macroF1: mean(seen.map(({ f1 }) => f1)),
    perClass,
    confusion,
  }
}

/**
 * The index of the largest of every row of scores; of equal ones the first.
 *
 * @param scores samples x classes, row by row: logits or probabilities
 */
export function largestClass(scores: Numbers, classCount: number): Int32Array {
  if (!Number.isInteger(classCount) || classCount < 1 || scores.length % classCount !== 0) {
    throw new LimbicError('scores are not whole rows', {
      where: 'classification',
      expected: `a multiple of ${classCount} numbers`,
      got: `${scores.length}`,
    })
  }
  return Int32Array.from({ length: scores.length / classCount }, (_, sample) => {
    let best = 0
    for (let index = 1; index < classCount; index++) {
      const row = sample * classCount
      if (numberAt(scores, row + index) > numberAt(scores, row + best)) best = index
    }
    return best
  })
}

function checkClasses(what: string, classes: Numbers, classCount: number): void {
  for (let sample = 0; sample < classes.length; sample++) {
    const index = numberAt(classes, sample)
    if (Number.isInteger(index) && index >= 0 && index < classCount) continue
    throw new LimbicError('not the index of a class', {
      where: `classification, ${what}, sample ${sample}`,
      expected: `0 to ${classCount - 1}`,
      got: `${index}`,
    })
  }
}
