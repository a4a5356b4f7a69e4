/** Metrics of multi-label predictions. */

import { LimbicError } from '../base/errors.js'
import { numberAt } from '../base/numbers.js'
import type { Numbers } from './check.js'
import { accuracyOf, scoreClasses, weightedBySupport } from './confusion.js'
import { type SetScores, setScores } from './label-sets.js'
import { checkTable, column, labelConfusion } from './label-table.js'
import { mean } from './numbers.js'
import { areaUnderRoc } from './roc.js'

/** How well the presence of one emotion is predicted. */
export interface LabelScores {
  /** Share of right samples. */
  readonly accuracy: number
  /**
   * (TP * N / P + TN) / 2N (Tong et al. 2017; the MESM document's equation of WAcc.), the mean of
   * both classes' recalls; NaN unless the truths hold both.
   */
  readonly weightedAccuracy: number
  /** Of the samples that have the emotion; 0 where the quotient is 0 / 0. */
  readonly precision: number
  readonly recall: number
  /** Binary F1: of the samples that have the emotion. */
  readonly f1: number
  /** The F1 of having and of not having it, weighted by their samples: what the published MOSEI evaluation computes. */
  readonly weightedF1: number
  /** Area under the ROC curve; NaN unless the truths hold both classes. */
  readonly auc: number
}

/** How well any number of emotions at once is predicted. */
export interface MultilabelMetrics extends SetScores {
  readonly perLabel: readonly LabelScores[]
  /** The plain mean over emotions; NaN where one emotion's score is. */
  readonly mean: LabelScores
}

/**
 * The metrics of multi-label emotion recognition (the MESM document, section 4.2, and its
 * published evaluation).
 *
 * @param logits samples x labels, row by row, before the sigmoid
 * @param truths samples x labels; above 0 means that the emotion is there
 * @param labelCount number of emotions
 * @param thresholds the probability above which an emotion is predicted: one for all or one each
 * @throws LimbicError if the sizes do not agree or a number is not finite
 */
export function multilabelMetrics(
  logits: Numbers,
  truths: Numbers,
  labelCount: number,
  thresholds: number | readonly number[] = 0.5,
): MultilabelMetrics {
  checkTable(logits, truths, labelCount)
  const limits = typeof thresholds === 'number' ? Array(labelCount).fill(thresholds) : thresholds
  if (limits.length !== labelCount) {
    throw new LimbicError('every emotion needs its threshold', {
      where: 'multi-label',
      expected: `${labelCount}`,
      got: `${limits.length}`,
    })
  }
  const perLabel = Array.from({ length: labelCount }, (_, label) =>
    labelScores(
      column(logits, labelCount, label),
      column(truths, labelCount, label),
      numberAt(limits, label),
    ),
  )
  const meanOf = (name: keyof LabelScores) => mean(perLabel.map((scores) => scores[name]))
  return {
    perLabel,
    mean: {
      accuracy: meanOf('accuracy'),
      weightedAccuracy: meanOf('weightedAccuracy'),
      precision: meanOf('precision'),
      recall: meanOf('recall'),
      f1: meanOf('f1'),
      weightedF1: meanOf('weightedF1'),
      auc: meanOf('auc'),
    },
    ...setScores(logits, truths, limits),
  }
}

function labelScores(logits: Float64Array, truths: Float64Array, threshold: number): LabelScores {
  const counts = labelConfusion(logits, truths, threshold)
  const [absent, present] = scoreClasses(counts)
  if (!absent || !present) throw new TypeError('two classes were counted')
  const bothOccur = absent.support > 0 && present.support > 0
  return {
    accuracy: accuracyOf(counts),
    weightedAccuracy: bothOccur ? (present.recall + absent.recall) / 2 : Number.NaN,
    precision: present.precision,
    recall: present.recall,
    f1: present.f1,
    weightedF1: weightedBySupport([absent, present], 'f1'),
    auc: areaUnderRoc(logits, truths),
  }
}
