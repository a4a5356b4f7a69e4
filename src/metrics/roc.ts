/** Area under the ROC curve. */

import { numberAt } from '../base/numbers.js'
import { checkPairs, type Numbers } from './check.js'
import { averageRanks } from './numbers.js'

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
    if (numberAt(truths, sample) <= 0) continue
    positives++
    rankSum += numberAt(ranks, sample)
  }
  const negatives = truths.length - positives
  // 0 / 0 is the honest answer when one class is missing.
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
