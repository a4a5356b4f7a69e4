/** The calibration of a run, from its predictions. */

import type { PredictionLine } from '../../../learn/records.js'
import { type Calibration, calibration } from '../../../metrics/calibration.js'
import type { Task } from '../../../task/task.js'

/**
 * For classes, an answer is the likeliest class, and its confidence the probability of it; for labels,
 * every label of every sample is an answer that it is there, whose confidence is its probability.
 *
 * @returns undefined if the task has no probabilities, or there is no prediction
 */
export function calibrationOf(
  task: Task,
  lines: readonly PredictionLine[],
): Calibration | undefined {
  if (lines.length === 0 || task.scale.unit !== 'probability') return undefined
  const answers = lines.flatMap(({ prediction, truth }) => {
    const scores = task.scores(Float32Array.from(prediction))
    if (!task.chart?.classNames) {
      return scores.map((confidence, label) => ({ confidence, isRight: (truth[label] ?? 0) > 0 }))
    }
    const confidence = Math.max(...scores)
    return [{ confidence, isRight: scores.indexOf(confidence) === truth[0] }]
  })
  return calibration(
    answers.map(({ confidence }) => confidence),
    answers.map(({ isRight }) => isRight),
  )
}
