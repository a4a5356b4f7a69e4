/** From a corpus and a wish to a task, and from predictions to numbers that people read. */
import type { Dataset, Split, Targets } from '../data/types.js'
import { LimbicError } from '../errors.js'
import {
  classificationMetrics,
  largestClass,
  multilabelMetrics,
  sentimentMetrics,
} from '../metrics/index.js'
import type { DataConfig, TrainingConfig } from './config.js'
import type { Task } from './task.js'

const order = ['sentiment', 'classes', 'emotions'] as const
type TargetName = (typeof order)[number]

/**
 * The task that a corpus allows and a configuration asks for.
 *
 * @throws LimbicError if the corpus lacks the target in any split
 */
export function chooseTask(
  dataset: Dataset,
  { target }: Pick<DataConfig, 'target'>,
  { loss }: Pick<TrainingConfig, 'loss'>,
): Task {
  const present = order.filter((name) =>
    Object.values(dataset.splits).every((split: Split) => split.targets[name] !== undefined),
  )
  const chosen: TargetName | undefined = target === 'auto' ? present[0] : target
  if (!chosen || !present.includes(chosen)) {
    throw new LimbicError(`the data have no ${chosen ?? 'target'} in every split`, {
      where: dataset.name,
      expected: present.join(' or ') || 'sentiment, classes or emotions',
      got: target,
      hint: 'Choose the target with --target',
    })
  }
  switch (chosen) {
    case 'sentiment':
      return { kind: 'regression', loss }
    case 'classes':
      return { kind: 'classification', classNames: dataset.classNames ?? [] }
    case 'emotions':
      return { kind: 'multilabel', labelNames: dataset.emotionNames ?? [] }
  }
}

/** The truths of a task as plain numbers, row by row. */
export function truthsOf(targets: Targets, task: Task): Float32Array | Int32Array {
  const truths =
    task.kind === 'regression'
      ? targets.sentiment
      : task.kind === 'classification'
        ? targets.classes
        : targets.emotions
  if (!truths) throw new LimbicError('the samples have no target', { where: task.kind })
  return truths
}

/**
 * The mean loss of predictions [samples, outputs] over all samples, in float64: the one that
 * `addLoss` puts into the graph. An emotion is there where its truth is above 0.
 */
export function lossValue(predictions: Float32Array, targets: Targets, task: Task): number {
  const truths = truthsOf(targets, task)
  let total = 0
  switch (task.kind) {
    case 'regression': {
      for (const [sample, truth] of truths.entries()) {
        const error = (predictions[sample] as number) - truth
        total += task.loss === 'l1' ? Math.abs(error) : error * error
      }
      return total / truths.length
    }
    case 'classification': {
      const classes = task.classNames.length
      let weights = 0
      for (const [sample, truth] of truths.entries()) {
        const row = predictions.subarray(sample * classes, (sample + 1) * classes)
        const most = row.reduce((one, other) => Math.max(one, other), -Infinity)
        const sum = row.reduce((before, logit) => before + Math.exp(logit - most), 0)
        const weight = task.classWeights?.[truth] ?? 1
        total += weight * (most + Math.log(sum) - (row[truth] as number))
        weights += weight
      }
      return total / weights
    }
    case 'multilabel': {
      const labels = task.labelNames.length
      for (const [place, intensity] of truths.entries()) {
        const truth = Number(intensity > 0)
        const logit = predictions[place] as number
        const weight = task.positiveWeights?.[place % labels] ?? 1
        total += truth * weight * softplus(-logit) + (1 - truth) * softplus(logit)
      }
      return total / truths.length
    }
  }
}

const softplus = (value: number) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)))

/** The metrics of a task that are one number each, by their names in the metric catalogue. */
export function measure(
  predictions: Float32Array,
  targets: Targets,
  task: Task,
): Record<string, number> {
  const truths = truthsOf(targets, task)
  switch (task.kind) {
    case 'regression':
      return { ...sentimentMetrics(predictions, truths) }
    case 'classification': {
      const classes = task.classNames.length
      const {
        perClass: _,
        confusion: __,
        ...numbers
      } = classificationMetrics(largestClass(predictions, classes), truths, classes)
      return numbers
    }
    case 'multilabel': {
      const { mean } = multilabelMetrics(predictions, truths, task.labelNames.length)
      return { ...mean }
    }
  }
}
