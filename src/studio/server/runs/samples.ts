/** The samples of a run's test split, the largest errors first. */
import { fixed } from '../../../base/numbers.js'
import type { PredictionLine } from '../../../learn/records.js'
import type { Task } from '../../../task/task.js'
import type { SampleRow } from '../../protocol.js'

/**
 * Each sample with its truth, its prediction and the error: for a number, the absolute difference;
 * for classes, 1 minus the probability of the true class; for labels, the sum over all labels of 1
 * minus the probability of the truth.
 */
export function worstFirst(
  task: Task,
  lines: readonly PredictionLine[],
  thresholds?: readonly number[],
): SampleRow[] {
  return lines
    .map(({ id, prediction, truth }): SampleRow => {
      const outputs = Float32Array.from(prediction)
      const told = { id, prediction: task.describe(outputs, thresholds) }
      const scores = task.scores(outputs)
      const [first = Number.NaN] = truth
      if (task.chart?.classNames) {
        const name = task.chart.classNames[first] ?? String(first)
        return { ...told, truth: name, error: 1 - (scores[first] ?? 0) }
      }
      if (task.chart) {
        const [number = Number.NaN] = Array.from(task.chart.predictions(outputs))
        return { ...told, truth: fixed(first, 2), error: Math.abs(number - first) }
      }
      const present = task.outputs.filter((_, label) => (truth[label] ?? 0) > 0)
      const error = scores.reduce((sum, score, at) => sum + Math.abs(score - (truth[at] ?? 0)), 0)
      return { ...told, truth: present.join(', ') || 'none', error }
    })
    .sort((one, other) => other.error - one.error)
}
