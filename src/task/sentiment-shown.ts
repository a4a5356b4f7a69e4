/** What the tasks of sentiment share. */
import type { Targets } from '../data/dataset.js'
import { known } from './rows.js'

/** The metrics that tables show, by the strongest sentiment of the scale. */
export const sentimentShown = {
  1: ['mae', 'correlation', 'accuracy5', 'accuracy3', 'accuracy2ZerosNegative', 'f1ZerosNegative'],
  3: ['mae', 'correlation', 'accuracy7', 'accuracy2ZerosExcluded', 'f1ZerosExcluded'],
} as const

/** @throws LimbicError if the samples have no sentiment */
export function sentimentTruths({ sentiment }: Targets): Float32Array {
  return known(sentiment, 'sentiment')
}

/** The targets of samples of which only the class is known: the middle of it. */
export function sentimentAt(middles: readonly number[], classes: readonly number[]): Targets {
  return { sentiment: Float32Array.from(classes, (shown) => middles[shown] ?? Number.NaN) }
}
