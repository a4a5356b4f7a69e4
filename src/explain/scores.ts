/** A model's outputs as the numbers that people are told. */
import { sigmoid, softmax } from '../metrics/index.js'
import type { Task } from '../task/task.js'

/** What each score is called: one for sentiment, one a class or label. */
export function scoreNames(task: Task): readonly string[] {
  switch (task.kind) {
    case 'regression':
      return ['sentiment']
    case 'classification':
      return task.classNames
    case 'multilabel':
      return task.labelNames
  }
}

/**
 * Sentiment as it is; of classes the probabilities that add up to 1; of labels the probability of
 * each on its own.
 *
 * @param outputs [outputs] of one sample
 */
export function scoresOf(outputs: Float32Array, task: Task): number[] {
  switch (task.kind) {
    case 'regression':
      return Array.from(outputs)
    case 'classification':
      return softmax(outputs)
    case 'multilabel':
      return Array.from(outputs, sigmoid)
  }
}

/**
 * Which of the scores the model stands by: sentiment, the class with the highest probability (the
 * first of equal ones), every label above its threshold.
 *
 * @param thresholds of each label; 0.5 unless given
 */
export function saidScores(
  scores: readonly number[],
  task: Task,
  thresholds?: readonly number[],
): boolean[] {
  switch (task.kind) {
    case 'regression':
      return scores.map(() => true)
    case 'classification': {
      const largest = scores.indexOf(Math.max(...scores))
      return scores.map((_, index) => index === largest)
    }
    case 'multilabel':
      return scores.map((score, index) => score > (thresholds?.[index] ?? 0.5))
  }
}
