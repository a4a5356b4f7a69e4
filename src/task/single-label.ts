/** One class per sample, such as one of seven emotions. */

import { z } from 'zod'
import { numberAt } from '../base/numbers.js'
import type { Dataset, Targets } from '../data/dataset.js'
import { areaUnderRoc, classificationMetrics, largestClass, softmax } from '../metrics/index.js'
import { crossEntropy } from '../nn/losses/losses.js'
import { byClass, known, named, nothingToWeigh, weightTensor } from './rows.js'
import type { Rows, Task, TaskAnswer, TaskKind, TaskOptions } from './task.js'

const target = 'classes'

const spec = z.strictObject({
  kind: z.literal('classification'),
  classNames: z.array(z.string()).readonly(),
  classWeights: z.array(z.number()).readonly().exactOptional(),
})
type Spec = z.infer<typeof spec>

export interface SingleLabelAnswer extends TaskAnswer {
  readonly task: 'classification'
  /** The name of the class. */
  readonly prediction: string
  /** Of each class; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>
}

export type SingleLabelTask = Task<Spec, SingleLabelAnswer> & { readonly target: typeof target }

/** The task of choosing one class, by cross entropy, optionally with class weights. */
export function singleLabel(given: Omit<Spec, 'kind'>): SingleLabelTask {
  const { classNames: names, classWeights: weights } = given
  const truths = (targets: Targets) => known(targets.classes, 'classes')
  return {
    spec: { ...given, kind: 'classification' },
    target,
    outputs: names,
    classNames: names,
    words: names,
    targetType: { dataType: 'int64' },
    targetValues: ({ classes }) => classes && BigInt64Array.from(classes, (index) => BigInt(index)),
    truths,
    loss: (prediction, target) =>
      crossEntropy(prediction, target, weightTensor(prediction, weights)),
    ...(weights && {
      lossWeight: (targets: Targets) =>
        truths(targets).reduce((total: number, truth) => total + (weights[truth] ?? 1), 0),
    }),
    lossValue: (predictions, targets) =>
      meanCrossEntropy(predictions, truths(targets), names.length, weights),
    lossName: 'Cross entropy',
    metrics: ['accuracy', 'classMeanAccuracy', 'weightedF1', 'macroF1'],
    measure: (predictions, targets, { perClass = false } = {}) =>
      measure(predictions, truths(targets), names, perClass),
    scale: { unit: 'probability', heading: 'Class', decision: 'highest' },
    scores: softmax,
    decide: (scores) => scores.map((_, index) => index === highest(scores)),
    answer(outputs) {
      const shares = softmax(outputs)
      return {
        task: 'classification',
        prediction: names[highest(shares)] ?? 'unknown',
        probabilities: named(names, shares),
      }
    },
    describe(outputs) {
      const shares = softmax(outputs)
      const best = highest(shares)
      return `${names[best] ?? 'unknown'} (${Math.round(100 * (shares[best] ?? Number.NaN))}%)`
    },
    describeTruth: ({ classes }, sample) => names[classes?.[sample] ?? -1] ?? 'unknown',
    meaning: `logits of ${names.join(', ')} (softmax gives probabilities)`,
    grouping: {
      title: 'Class',
      names,
      of: (targets, sample) => [numberAt(truths(targets), sample)],
    },
    examples: {
      targetsOf: (classes) => ({ classes: Int32Array.from(classes) }),
      classesIn: (outputs) => [highest(softmax(outputs))],
    },
    chart: {
      classNames: names,
      predictions: (outputs) => largestClass(outputs, names.length),
    },
    namesIn: ({ classNames }) => classNames,
  }
}

/** The first of equal ones. */
function highest(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores))
}

function meanCrossEntropy(
  predictions: Float32Array,
  truths: Rows,
  classes: number,
  classWeights: readonly number[] | undefined,
): number {
  let [total, weights] = [0, 0]
  for (const [sample, truth] of truths.entries()) {
    const row = predictions.subarray(sample * classes, (sample + 1) * classes)
    const most = row.reduce((one, other) => Math.max(one, other), -Infinity)
    const sum = row.reduce((before, logit) => before + Math.exp(logit - most), 0)
    const weight = classWeights?.[truth] ?? 1
    total += weight * (most + Math.log(sum) - numberAt(row, truth))
    weights += weight
  }
  return total / weights
}

function measure(
  logits: Float32Array,
  truths: Rows,
  names: readonly string[],
  perClass: boolean,
): Record<string, number> {
  const classes = names.length
  const {
    perClass: scores,
    confusion: _,
    ...numbers
  } = classificationMetrics(largestClass(logits, classes), truths, classes)
  const areas = oneAgainstRest(logits, truths, classes)
  const auc = areas.reduce((sum, area) => sum + area, 0) / classes
  if (!perClass) return { ...numbers, auc }
  const own = scores.map(({ precision, recall, f1 }, index) => ({
    ...{ precision, recall, f1, auc: areas[index] },
  }))
  return { ...numbers, auc, ...byClass(names, own) }
}

/** The area under the ROC curve of each class against all others, by its probability. */
function oneAgainstRest(logits: Float32Array, truths: Rows, classes: number): number[] {
  const shares = Array.from(truths, (_, sample) =>
    softmax(logits.subarray(sample * classes, (sample + 1) * classes)),
  )
  return Array.from({ length: classes }, (_, index) =>
    areaUnderRoc(
      shares.map((row) => numberAt(row, index)),
      Array.from(truths, (truth) => Number(truth === index)),
    ),
  )
}

/** The inverse of each class's share of the training set, so that all classes count alike. */
function inverseShares(dataset: Dataset, names: readonly string[]): number[] {
  const truths = dataset.splits.train.targets.classes ?? new Int32Array()
  return names.map((name, index) => {
    const count = truths.reduce((total, truth) => total + Number(truth === index), 0)
    if (count === 0) throw nothingToWeigh(dataset, name)
    return truths.length / (names.length * count)
  })
}

export const singleLabelKind = {
  target,
  schema: spec.transform(singleLabel),
  losses: false,
  balances: true,
  thresholds: false,
  make(dataset: Dataset, { balance }: TaskOptions) {
    const { classNames = [] } = dataset
    return singleLabel({
      classNames,
      ...(balance === 'classes' && { classWeights: inverseShares(dataset, classNames) }),
    })
  },
} satisfies TaskKind<SingleLabelTask>
