/** From a corpus and a wish to a task, and from predictions to numbers that people read. */

import { LimbicError } from '../base/errors.js'
import type { Dataset, Split, Targets } from '../data/dataset.js'
import type { DataConfig, TrainingConfig } from '../learn/config.js'
import {
  areaUnderRoc,
  bestThresholds,
  classificationMetrics,
  largestClass,
  multilabelMetrics,
  sentimentMetrics,
  softmax,
} from '../metrics/index.js'
import { presence, type Task } from './task.js'

const order = ['sentiment', 'classes', 'emotions'] as const
type TargetName = (typeof order)[number]

/**
 * The task that a corpus allows and a configuration asks for.
 *
 * With `balance` its loss is weighed by how often each class occurs in the training set.
 *
 * @throws LimbicError if the corpus lacks the target in any split, for a balance or thresholds where
 * the target has none, or a class that is to be weighed
 * in the training set
 */
export function chooseTask(
  dataset: Dataset,
  { target }: Pick<DataConfig, 'target'>,
  {
    loss,
    balance = 'none',
    thresholds = 'half',
  }: Pick<TrainingConfig, 'loss'> & Partial<TrainingConfig>,
): Task {
  const present = order.filter((name) =>
    Object.values(dataset.splits).every((split: Split) => split.targets[name] !== undefined),
  )
  const chosen: TargetName | undefined = target === 'auto' ? present[0] : target
  if (!chosen || !present.includes(chosen)) {
    throw new LimbicError(`the data have no ${chosen ?? 'target'} in every split`, {
      where: dataset.name,
      expected:
        present.length > 0
          ? `what they have: ${present.join(' or ')}`
          : 'sentiment, classes or emotions',
      got: target,
      hint: 'Choose the target with --target',
    })
  }
  if (balance === 'classes' && chosen === 'sentiment') {
    throw notFor('balance', 'classes', 'classes or emotions, whose shares differ', chosen)
  }
  if (thresholds === 'validation' && chosen !== 'emotions') {
    throw notFor('thresholds', 'validation', 'emotions, of which several may be present', chosen)
  }
  switch (chosen) {
    case 'sentiment':
      return { kind: 'regression', loss }
    case 'classes': {
      const task: Task = { kind: 'classification', classNames: dataset.classNames ?? [] }
      return balance === 'none'
        ? task
        : { ...task, classWeights: classWeights(dataset, task.classNames) }
    }
    case 'emotions': {
      const task: Task = { kind: 'multilabel', labelNames: dataset.emotionNames ?? [] }
      return balance === 'none'
        ? task
        : { ...task, positiveWeights: positiveWeights(dataset, task.labelNames) }
    }
  }
}

function notFor(option: string, value: string, expected: string, got: TargetName): LimbicError {
  return new LimbicError(`--${option} ${value} has nothing to act on`, {
    where: `training.${option}`,
    expected,
    got,
    hint: 'Leave it out, or choose another target with --target',
  })
}

/** The inverse of each class's share in the training set, so that all classes count alike. */
function classWeights(dataset: Dataset, names: readonly string[]): number[] {
  const truths = dataset.splits.train.targets.classes ?? new Int32Array()
  return names.map((name, index) => {
    const count = truths.reduce((total, truth) => total + Number(truth === index), 0)
    if (count === 0) throw nothingToWeigh(dataset, name)
    return truths.length / (names.length * count)
  })
}

/** Negatives / positives of each emotion in the training set (the MESM document, section 5.3). */
function positiveWeights(dataset: Dataset, names: readonly string[]): number[] {
  const truths = presence(dataset.splits.train.targets.emotions ?? new Float32Array())
  const samples = truths.length / names.length
  return names.map((name, index) => {
    let positives = 0
    for (let sample = 0; sample < samples; sample++) {
      positives += truths[sample * names.length + index] as number
    }
    if (positives === 0) throw nothingToWeigh(dataset, name)
    return (samples - positives) / positives
  })
}

function nothingToWeigh({ name }: Dataset, what: string): LimbicError {
  return new LimbicError('a class that never occurs cannot be weighed', {
    where: `${name}, training set, ${what}`,
    expected: 'at least one sample',
    got: 'none',
    hint: 'Train with --balance none, or leave the class out',
  })
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

/**
 * The threshold of each emotion that is best on these predictions (binary F1); undefined for tasks
 * that have none.
 */
export function chooseThresholds(
  predictions: Float32Array,
  targets: Targets,
  task: Task,
): number[] | undefined {
  if (task.kind !== 'multilabel') return undefined
  return bestThresholds(predictions, truthsOf(targets, task), task.labelNames.length)
}

export interface MeasureOptions {
  /** For several labels at once: the probability above which each is predicted; 0.5 unless given. */
  readonly thresholds?: readonly number[] | undefined
  /** Give each class's own numbers as well, as `f1.happy`. */
  readonly perClass?: boolean
}

/** The metrics of a task that are one number each, by their names in the metric catalogue. */
export function measure(
  predictions: Float32Array,
  targets: Targets,
  task: Task,
  { thresholds, perClass = false }: MeasureOptions = {},
): Record<string, number> {
  const truths = truthsOf(targets, task)
  switch (task.kind) {
    case 'regression':
      return { ...sentimentMetrics(predictions, truths) }
    case 'classification': {
      const classes = task.classNames.length
      const {
        perClass: scores,
        confusion: _,
        ...numbers
      } = classificationMetrics(largestClass(predictions, classes), truths, classes)
      const areas = oneAgainstRest(predictions, truths, classes)
      const auc = areas.reduce((sum, area) => sum + area, 0) / classes
      if (!perClass) return { ...numbers, auc }
      const own = scores.map(({ precision, recall, f1 }, index) => ({
        ...{ precision, recall, f1, auc: areas[index] },
      }))
      return { ...numbers, auc, ...byClass(task.classNames, own) }
    }
    case 'multilabel': {
      const count = task.labelNames.length
      const {
        perLabel,
        mean,
        intersectBeforeFalseAlarm: _,
        ...sets
      } = multilabelMetrics(predictions, truths, count, thresholds)
      return { ...mean, ...sets, ...(perClass && byClass(task.labelNames, perLabel)) }
    }
  }
}

/** The area under the ROC curve of each class against all others, by its probability. */
function oneAgainstRest(
  logits: Float32Array,
  truths: Float32Array | Int32Array,
  classes: number,
): number[] {
  const shares = Array.from(truths, (_, sample) =>
    softmax(logits.subarray(sample * classes, (sample + 1) * classes)),
  )
  return Array.from({ length: classes }, (_, index) =>
    areaUnderRoc(
      shares.map((row) => row[index] as number),
      Array.from(truths, (truth) => Number(truth === index)),
    ),
  )
}

/** `f1.happy` for the F1 of happy. */
function byClass(names: readonly string[], scores: readonly object[]): Record<string, number> {
  return Object.fromEntries(
    names.flatMap((name, index) =>
      Object.entries(scores[index] ?? {}).map(([metric, value]) => [
        `${metric}.${name}`,
        Number(value),
      ]),
    ),
  )
}
