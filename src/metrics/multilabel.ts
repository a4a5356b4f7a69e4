import { LimbicError } from '../errors.js'
import { checkPairs, type Numbers } from './check.js'
import { largestClass } from './classification.js'
import {
  accuracyOf,
  type ConfusionCounts,
  countConfusions,
  scoreClasses,
  weightedBySupport,
} from './confusion.js'
import { averageRanks, mean } from './numbers.js'

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
export interface MultilabelMetrics {
  readonly perLabel: readonly LabelScores[]
  /** The plain mean over emotions; NaN where one emotion's score is. */
  readonly mean: LabelScores
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
      limits[label] as number,
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
    highestScore: highestScoreAccuracy(logits, truths, labelCount),
  }
}

/** Of equal scores the first counts, as in `largestClass`. */
function highestScoreAccuracy(logits: Numbers, truths: Numbers, labelCount: number): number {
  const chosen = largestClass(logits, labelCount)
  let right = 0
  let counted = 0
  for (const [sample, choice] of chosen.entries()) {
    const isPresent = (label: number) => (truths[sample * labelCount + label] as number) > 0
    if (!Array.from({ length: labelCount }, (_, label) => label).some(isPresent)) continue
    counted++
    if (isPresent(choice)) right++
  }
  // 0 / 0 is the honest answer where there is nothing to choose.
  return right / counted
}

/** The thresholds that `bestThresholds` tries: 0.05, 0.10 .. 0.95. */
export const thresholdCandidates: readonly number[] = Array.from(
  { length: 19 },
  (_, index) => (index + 1) * 0.05,
)

/**
 * For each emotion the threshold with the highest binary F1; of equal ones the lowest. To be
 * called on validation data, and its answer used on test data.
 */
export function bestThresholds(
  logits: Numbers,
  truths: Numbers,
  labelCount: number,
  candidates: readonly number[] = thresholdCandidates,
): number[] {
  checkTable(logits, truths, labelCount)
  return Array.from({ length: labelCount }, (_, label) => {
    const scores = column(logits, labelCount, label)
    const present = column(truths, labelCount, label)
    let best = { threshold: 0.5, f1: -1 }
    for (const threshold of candidates) {
      const f1 = scoreClasses(labelConfusion(scores, present, threshold))[1]?.f1 ?? 0
      if (f1 > best.f1) best = { threshold, f1 }
    }
    return best.threshold
  })
}

/** The logistic function: the probability that a logit stands for. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/**
 * The area under the ROC curve: how probable it is that a sample that has the emotion scores above
 * one that has not, equal scores counting half. NaN unless the truths hold both.
 *
 * @param scores one number a sample, on any scale that rises with confidence
 * @param truths one number a sample; above 0 means that the emotion is there
 */
export function areaUnderRoc(scores: Numbers, truths: Numbers): number {
  checkPairs('area under the ROC curve', scores, truths)
  const { ranks } = averageRanks(scores)
  let positives = 0
  let rankSum = 0
  for (let sample = 0; sample < truths.length; sample++) {
    if ((truths[sample] as number) <= 0) continue
    positives++
    rankSum += ranks[sample] as number
  }
  const negatives = truths.length - positives
  // 0 / 0 is the honest answer when one class is missing.
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
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

function labelConfusion(logits: Numbers, truths: Numbers, threshold: number): ConfusionCounts {
  return countConfusions(
    2,
    truths.length,
    (sample) => Number((truths[sample] as number) > 0),
    (sample) => Number(sigmoid(logits[sample] as number) > threshold),
  )
}

function setScores(logits: Numbers, truths: Numbers, thresholds: readonly number[]) {
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
      const predicted = sigmoid(logits[place] as number) > (thresholds[label] as number)
      const present = (truths[place] as number) > 0
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
  }
}

function column(table: Numbers, width: number, index: number): Float64Array {
  return Float64Array.from(
    { length: table.length / width },
    (_, row) => table[row * width + index] as number,
  )
}

function checkTable(logits: Numbers, truths: Numbers, labelCount: number): void {
  checkPairs('multi-label', logits, truths)
  if (Number.isInteger(labelCount) && labelCount > 0 && truths.length % labelCount === 0) return
  throw new LimbicError('the numbers are not whole rows', {
    where: 'multi-label',
    expected: `a multiple of ${labelCount} numbers`,
    got: `${truths.length}`,
  })
}
