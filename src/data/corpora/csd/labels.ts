import { LimbicError } from '../../../base/errors.js'
import type { Targets } from '../../dataset.js'

/** The emotions of CMU-MOSEI, in the order of its label columns after the sentiment. */
export const moseiEmotions = ['happy', 'sad', 'anger', 'surprise', 'disgust', 'fear'] as const

/** How a label sequence of a given width reads as targets. */
export interface LabelLayout {
  readonly emotionNames?: readonly string[]
  /** Makes the targets from the label rows of the samples, in order. */
  targets(rows: readonly Float32Array[]): Targets
}

/**
 * One column is the sentiment; seven are CMU-MOSEI's sentiment and six emotions (intensities
 * from 0 to 3).
 *
 * @throws LimbicError for any other width.
 */
export function labelLayout(width: number, where: string): LabelLayout {
  const sentiment = (rows: readonly Float32Array[]) =>
    Float32Array.from(rows, (row) => row[0] as number)
  if (width === 1) return { targets: (rows) => ({ sentiment: sentiment(rows) }) }
  if (width === 1 + moseiEmotions.length) {
    return {
      emotionNames: moseiEmotions,
      targets: (rows) => ({
        sentiment: sentiment(rows),
        emotions: Float32Array.from(rows.flatMap((row) => [...row.subarray(1)])),
      }),
    }
  }
  throw new LimbicError('labels of an unknown layout', {
    where,
    expected: `1 column (sentiment) or 7 (sentiment, ${moseiEmotions.join(', ')})`,
    got: `${width}`,
  })
}
