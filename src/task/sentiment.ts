/** Sentiment: one number, from strongly negative to strongly positive. */

import { z } from 'zod'
import { numberAt } from '../base/numbers.js'
import type { Dataset } from '../data/dataset.js'
import { squeeze } from '../graph/index.js'
import { formatSigned, scaleOf, scaleUpTo, sentimentMetrics } from '../metrics/index.js'
import { l1Loss, meanSquaredError } from '../nn/losses/losses.js'
import { type SentimentClassesTask, sentimentClasses } from './sentiment-classes.js'
import { sentimentAt, sentimentShown, sentimentTruths } from './sentiment-shown.js'
import type { Task, TaskAnswer, TaskKind, TaskOptions } from './task.js'

const target = 'sentiment'

const spec = z.strictObject({
  kind: z.literal('regression'),
  loss: z.enum(['l1', 'mse']),
  /** The end of the scale, if it is not 3. */
  strongest: z.literal(1).exactOptional(),
})
type Spec = z.infer<typeof spec>

export interface SentimentAnswer extends TaskAnswer {
  readonly task: 'regression'
  /** From -3 to 3, or from -1 to 1 if the labels were. */
  readonly prediction: number
}

export type SentimentTask = Task<Spec, SentimentAnswer> & { readonly target: typeof target }

/** The losses: in the graph, of one error, and in words. */
const losses = {
  l1: { graph: l1Loss, of: Math.abs, name: 'Mean absolute error' },
  mse: {
    graph: meanSquaredError,
    of: (error: number) => error * error,
    name: 'Mean squared error',
  },
} as const

/**
 * The task of predicting sentiment, by mean absolute or mean squared error.
 *
 * @param given.strongest 1 for labels from -1 to 1, as in CH-SIMS; default: from -3 to 3
 */
export function sentiment(given: Omit<Spec, 'kind'>): SentimentTask {
  const { loss, strongest = 3 } = given
  const scale = scaleUpTo(strongest)
  const truths = sentimentTruths
  return {
    spec: { ...given, kind: 'regression' },
    target,
    outputs: ['sentiment'],
    words: ['positive'],
    targetType: { dataType: 'float32' },
    targetValues: (targets) => targets.sentiment,
    truths,
    loss: (prediction, target) => losses[loss].graph(squeeze(prediction, 1), target),
    lossValue(predictions, targets) {
      const expected = truths(targets)
      const total = expected.reduce(
        (sum, truth, sample) => sum + losses[loss].of(numberAt(predictions, sample) - truth),
        0,
      )
      return total / expected.length
    },
    lossName: losses[loss].name,
    metrics: sentimentShown[strongest],
    measure: (predictions, targets) => ({
      ...sentimentMetrics(predictions, truths(targets), scale),
    }),
    scale: { unit: 'sentiment', range: [-strongest, strongest], decision: 'all' },
    scores: (outputs) => Array.from(outputs),
    decide: (scores) => scores.map(() => true),
    answer: ([prediction = Number.NaN]) => ({ task: 'regression', prediction }),
    describe: ([prediction]) => describe(prediction),
    describeTruth: (targets, sample) => describe(targets.sentiment?.[sample]),
    meaning: `sentiment from -${strongest} to ${strongest}`,
    // On the scale from -3 to 3, the seven classes of MMLatch, figure 2.
    grouping: {
      title: 'Sentiment',
      names: scale.classNames,
      of: (targets, sample) => [scale.classOf(numberAt(truths(targets), sample))],
    },
    examples: {
      targetsOf: (classes) => sentimentAt(scale.middles, classes),
      classesIn: ([prediction = Number.NaN]) => [scale.classOf(prediction)],
    },
    chart: { predictions: (outputs) => outputs },
  }
}

function describe(value: number | undefined): string {
  return value === undefined ? 'unknown' : formatSigned(value, 2)
}

export const sentimentKind = {
  target,
  schema: spec.transform(sentiment),
  losses: true,
  balances: false,
  thresholds: false,
  make({ splits }: Dataset, { loss, reading = 'probabilities' }: TaskOptions) {
    const { strongest } = scaleOf(
      Object.values(splits).map(({ targets }) => targets.sentiment ?? []),
    )
    const scale = { ...(strongest === 1 && { strongest }) }
    if (loss === 'classes') return sentimentClasses({ reading, ...scale })
    return sentiment({ loss, ...scale })
  },
} satisfies TaskKind<SentimentTask | SentimentClassesTask>
