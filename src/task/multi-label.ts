/** Any number of labels at once, such as the emotions that are present. */

import { z } from 'zod'
import { numberAt } from '../base/numbers.js'
import type { Dataset, Targets } from '../data/dataset.js'
import { bestThresholds, multilabelMetrics, sigmoid } from '../metrics/index.js'
import { binaryCrossEntropy } from '../nn/losses/losses.js'
import { byClass, known, named, nothingToWeigh, weightTensor } from './rows.js'
import type { Rows, Task, TaskAnswer, TaskKind, TaskOptions } from './task.js'

const target = 'emotions'

const spec = z.strictObject({
  kind: z.literal('multilabel'),
  labelNames: z.array(z.string()).readonly(),
  positiveWeights: z.array(z.number()).readonly().exactOptional(),
})
type Spec = z.infer<typeof spec>

export interface MultiLabelAnswer extends TaskAnswer {
  readonly task: 'multilabel'
  /** The names of all labels above their thresholds (one half unless the run tuned them). */
  readonly prediction: readonly string[]
  /** Of each label independently. */
  readonly probabilities: Readonly<Record<string, number>>
}

export type MultiLabelTask = Task<Spec, MultiLabelAnswer> & { readonly target: typeof target }

/**
 * The task of predicting the presence of each label, by binary cross entropy. A label is present if
 * its truth is above 0; weights scale presence against absence.
 */
export function multiLabel(given: Omit<Spec, 'kind'>): MultiLabelTask {
  const { labelNames: names, positiveWeights: weights } = given
  const truths = (targets: Targets) => known(targets.emotions, 'emotions')
  const probabilities = (outputs: Float32Array) => Array.from(outputs, (logit) => sigmoid(logit))
  const decide = (scores: readonly number[], thresholds: readonly number[] = []) =>
    scores.map((score, label) => score > (thresholds[label] ?? 0.5))
  const present = (of: readonly boolean[]) => names.filter((_, label) => of[label])
  return {
    spec: { ...given, kind: 'multilabel' },
    target,
    outputs: names,
    classNames: names,
    words: names,
    targetType: { dataType: 'float32', columns: names.length },
    targetValues: ({ emotions }) => emotions && presence(emotions),
    truths,
    loss: (prediction, target) =>
      binaryCrossEntropy(prediction, target, weightTensor(prediction, weights)),
    lossValue: (predictions, targets) =>
      meanBinaryCrossEntropy(predictions, truths(targets), names.length, weights),
    lossName: 'Binary cross entropy',
    metrics: ['accuracy', 'weightedAccuracy', 'f1', 'auc'],
    measure(predictions, targets, { thresholds, perClass = false } = {}) {
      const {
        perLabel,
        mean,
        intersectBeforeFalseAlarm: _,
        ...sets
      } = multilabelMetrics(predictions, truths(targets), names.length, thresholds)
      return { ...mean, ...sets, ...(perClass && byClass(names, perLabel)) }
    },
    thresholds: (predictions, targets) =>
      bestThresholds(predictions, truths(targets), names.length),
    scale: { unit: 'probability', heading: 'Emotion', decision: 'above' },
    scores: probabilities,
    decide,
    answer(outputs, thresholds) {
      const shares = probabilities(outputs)
      return {
        task: 'multilabel',
        prediction: present(decide(shares, thresholds)),
        probabilities: named(names, shares),
      }
    },
    describe: (outputs, thresholds) =>
      present(decide(probabilities(outputs), thresholds)).join(', ') || 'none',
    describeTruth: ({ emotions }, sample) =>
      names.filter((_, label) => (emotions?.[sample * names.length + label] ?? 0) > 0).join(', ') ||
      'none',
    meaning: `logits of ${names.join(', ')} (sigmoid gives probabilities)`,
    grouping: {
      title: 'Emotion',
      names,
      of(targets, sample) {
        const row = truths(targets).subarray(sample * names.length, (sample + 1) * names.length)
        return Array.from(row.keys()).filter((label) => numberAt(row, label) > 0)
      },
    },
    examples: {
      targetsOf: (classes) => ({
        emotions: Float32Array.from(
          classes.flatMap((shown) => names.map((_, label) => Number(label === shown))),
        ),
      }),
      classesIn: (outputs, thresholds) =>
        decide(probabilities(outputs), thresholds).flatMap((is, label) => (is ? [label] : [])),
    },
    namesIn: ({ emotionNames }) => emotionNames,
  }
}

/**
 * 1 if a label is present at all, else 0: intensities, such as CMU-MOSEI's from 0 to 3, would leave
 * binary cross entropy without a minimum.
 */
function presence(intensities: Float32Array): Float32Array {
  return intensities.map((intensity) => Number(intensity > 0))
}

function meanBinaryCrossEntropy(
  logits: Float32Array,
  truths: Rows,
  labels: number,
  positiveWeights: readonly number[] | undefined,
): number {
  let total = 0
  for (const [place, intensity] of truths.entries()) {
    const truth = Number(intensity > 0)
    const logit = numberAt(logits, place)
    const weight = positiveWeights?.[place % labels] ?? 1
    total += truth * weight * softplus(-logit) + (1 - truth) * softplus(logit)
  }
  return total / truths.length
}

const softplus = (value: number) => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)))

/** Negatives / positives of each label in the training set (the MESM document, section 5.3). */
function negativesByPositives(dataset: Dataset, names: readonly string[]): number[] {
  const truths = presence(dataset.splits.train.targets.emotions ?? new Float32Array())
  const samples = truths.length / names.length
  return names.map((name, index) => {
    let positives = 0
    for (let sample = 0; sample < samples; sample++) {
      positives += numberAt(truths, sample * names.length + index)
    }
    if (positives === 0) throw nothingToWeigh(dataset, name)
    return (samples - positives) / positives
  })
}

export const multiLabelKind = {
  target,
  schema: spec.transform(multiLabel),
  losses: false,
  balances: true,
  thresholds: true,
  make(dataset: Dataset, { balance }: TaskOptions) {
    const { emotionNames: labelNames = [] } = dataset
    return multiLabel({
      labelNames,
      ...(balance === 'classes' && { positiveWeights: negativesByPositives(dataset, labelNames) }),
    })
  },
} satisfies TaskKind<MultiLabelTask>
