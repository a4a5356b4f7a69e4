/** Sentiment learned as classes of its scale, and read as a number. */

import { z } from 'zod'
import { elementAt } from '../base/lookup.js'
import type { Targets } from '../data/dataset.js'
import { formatSigned, scaleUpTo, sentimentMetrics, softmax } from '../metrics/index.js'
import { named } from './rows.js'
import { sentimentAt, sentimentShown, sentimentTruths } from './sentiment-shown.js'
import { singleLabel } from './single-label.js'
import type { Task, TaskAnswer } from './task.js'

/** What weighs the scores of the classes where they become a polarity. */
export const sentimentReadings = ['probabilities', 'logits'] as const

const spec = z.strictObject({
  kind: z.literal('sentiment-classes'),
  reading: z.enum(sentimentReadings),
  /** The end of the scale, if it is not 3. */
  strongest: z.literal(1).exactOptional(),
})
type Spec = z.infer<typeof spec>

export interface SentimentClassesAnswer extends TaskAnswer {
  readonly task: 'sentiment-classes'
  /** From -3 to 3, or from -1 to 1 if the labels were: the mean of the classes by probability. */
  readonly prediction: number
  /** Of each class; they sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>
}

export type SentimentClassesTask = Task<Spec, SentimentClassesAnswer> & {
  readonly target: 'sentiment'
}

/**
 * The task of predicting the class of a sentiment: on the scale from -3 to 3 the label rounded, half
 * to even, by cross entropy, as Multimodal Routing is trained on CMU-MOSEI (Tsai et al., 2020).
 *
 * A prediction is the mean of the classes' scores by probability, of which the mean absolute error
 * and the correlation are measured. Accuracies of more than two classes are those of the likeliest
 * class. Polarity is the sign of the prediction or, with the reading `logits`, of the sum of the
 * scores weighted by the logits themselves, as that paper's published code has it.
 *
 * @param given.strongest 1 for labels from -1 to 1; default: from -3 to 3
 */
export function sentimentClasses(given: Omit<Spec, 'kind'>): SentimentClassesTask {
  const { reading, strongest = 3 } = given
  const scale = scaleUpTo(strongest)
  const { classNames: names, middles } = scale
  const classes = singleLabel({ classNames: names })
  const truths = sentimentTruths
  const classOf = (targets: Targets): Targets => ({
    classes: Int32Array.from(truths(targets), (truth) => scale.classOf(truth)),
  })
  const weighted = (weights: ArrayLike<number>) =>
    middles.reduce((total, middle, place) => total + middle * (weights[place] ?? Number.NaN), 0)
  const numberOf = (outputs: Float32Array) => weighted(softmax(outputs))
  const each = (predictions: Float32Array, read: (outputs: Float32Array) => number) =>
    Float32Array.from({ length: predictions.length / names.length }, (_, sample) =>
      read(predictions.subarray(sample * names.length, (sample + 1) * names.length)),
    )
  const likeliest = (outputs: Float32Array) =>
    elementAt(middles, outputs.indexOf(Math.max(...outputs)), 'class')
  return {
    spec: { ...given, kind: 'sentiment-classes' },
    target: 'sentiment',
    outputs: names,
    classNames: names,
    words: names,
    targetType: { dataType: 'int64' },
    targetValues: (targets) => targets.sentiment && classes.targetValues(classOf(targets)),
    truths,
    loss: classes.loss,
    lossValue: (predictions, targets) => classes.lossValue(predictions, classOf(targets)),
    lossName: classes.lossName,
    metrics: sentimentShown[strongest],
    measure(predictions, targets) {
      const measured = (read: (outputs: Float32Array) => number) =>
        Object.entries(sentimentMetrics(each(predictions, read), truths(targets), scale))
      const polar = reading === 'logits' ? weighted : numberOf
      return Object.fromEntries([
        ...measured(numberOf),
        ...measured(likeliest).filter(([name]) => /^accuracy[357]$/.test(name)),
        ...measured(polar).filter(([name]) => /^(accuracy2|f1)/.test(name)),
      ])
    },
    scale: { unit: 'probability', heading: 'Sentiment', decision: 'highest' },
    scores: softmax,
    decide: classes.decide,
    answer: (outputs) => ({
      task: 'sentiment-classes',
      prediction: numberOf(outputs),
      probabilities: named(names, softmax(outputs)),
    }),
    describe: (outputs) => formatSigned(numberOf(outputs), 2),
    describeTruth: (targets, sample) => {
      const truth = targets.sentiment?.[sample]
      return truth === undefined ? 'unknown' : formatSigned(truth, 2)
    },
    meaning: `logits of ${names.join(', ')}: sentiment from -${strongest} to ${strongest}, whose number is the mean of ${middles.join(', ')} by probability (softmax)`,
    grouping: {
      title: 'Sentiment',
      names,
      of: (targets, sample) => [scale.classOf(truths(targets)[sample] ?? Number.NaN)],
    },
    examples: {
      targetsOf: (classes) => sentimentAt(middles, classes),
      classesIn: (outputs) => [scale.classOf(numberOf(outputs))],
    },
    chart: { predictions: (outputs) => each(outputs, numberOf) },
  }
}

export const sentimentClassesSchema = spec.transform(sentimentClasses)
