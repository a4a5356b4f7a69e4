/** Sentiment: one number from -3 (strongly negative) to 3 (strongly positive). */
import { z } from 'zod'
import type { Dataset, Targets } from '../data/dataset.js'
import { squeeze } from '../graph/index.js'
import {
  formatSigned,
  sentimentClass,
  sentimentClassNames,
  sentimentMetrics,
} from '../metrics/index.js'
import { l1Loss, meanSquaredError } from '../nn/losses/losses.js'
import { known } from './rows.js'
import type { Task, TaskAnswer, TaskKind, TaskWishes } from './task.js'

const spec = z.strictObject({ kind: z.literal('regression'), loss: z.enum(['l1', 'mse']) })

export interface SentimentAnswer extends TaskAnswer {
  readonly task: 'regression'
  /** From -3 to 3. */
  readonly prediction: number
}

export type SentimentTask = Task<z.infer<typeof spec>, SentimentAnswer>

/** The losses: in the graph, of one error, and in words. */
const losses = {
  l1: { graph: l1Loss, of: Math.abs, name: 'Mean absolute error' },
  mse: {
    graph: meanSquaredError,
    of: (error: number) => error * error,
    name: 'Mean squared error',
  },
} as const

/** The task of predicting sentiment, by mean absolute or mean squared error. */
export function sentiment({ loss }: { readonly loss: keyof typeof losses }): SentimentTask {
  const truths = (targets: Targets) => known(targets.sentiment, 'sentiment')
  return {
    spec: { kind: 'regression', loss },
    outputs: ['sentiment'],
    words: ['positive'],
    targetType: { dataType: 'float32' },
    targetValues: (targets) => targets.sentiment,
    truths,
    loss: (prediction, target) => losses[loss].graph(squeeze(prediction, 1), target),
    lossValue(predictions, targets) {
      const expected = truths(targets)
      const total = expected.reduce(
        (sum, truth, sample) => sum + losses[loss].of((predictions[sample] as number) - truth),
        0,
      )
      return total / expected.length
    },
    lossName: losses[loss].name,
    metrics: ['mae', 'correlation', 'accuracy7', 'accuracy2ZerosExcluded', 'f1ZerosExcluded'],
    measure: (predictions, targets) => ({ ...sentimentMetrics(predictions, truths(targets)) }),
    scale: { unit: 'sentiment', stands: 'all' },
    scores: (outputs) => Array.from(outputs),
    stands: (scores) => scores.map(() => true),
    answer: ([prediction = Number.NaN]) => ({ task: 'regression', prediction }),
    tell: ([prediction]) => tell(prediction),
    tellTruth: (targets, sample) => tell(targets.sentiment?.[sample]),
    meaning: 'sentiment from -3 to 3',
    // The seven classes -3 .. 3 of MMLatch, figure 2.
    grouping: {
      title: 'Sentiment',
      names: sentimentClassNames,
      of: (targets, sample) => [sentimentClass(truths(targets)[sample] as number)],
    },
    chart: { predictions: (outputs) => outputs },
  }
}

function tell(value: number | undefined): string {
  return value === undefined ? 'unknown' : formatSigned(value, 2)
}

export const sentimentKind = {
  target: 'sentiment' as const,
  schema: spec.transform(sentiment),
  balances: false,
  thresholds: false,
  make: (_: Dataset, wishes: TaskWishes) => sentiment(wishes),
} satisfies TaskKind<SentimentTask>
