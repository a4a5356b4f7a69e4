/** The labels of computational sequences. */
import type { Targets } from '../../dataset.js'
import { orderClasses } from '../fields/index.js'
import { moseiEmotions } from '../mosei.js'
import type { ComputationalSequence, SequenceEntry } from './sequence.js'

/** How a label sequence of a given width reads as targets. */
export interface LabelLayout {
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
  /** Makes the targets from the label rows of the samples, in order. */
  targets(rows: readonly Float32Array[]): Targets
}

/**
 * One column is the sentiment; six are CMU-MOSEI's emotions (intensities from 0 to 3), and seven its
 * sentiment before them; any other number of columns are that many labels, called by their number.
 *
 * @param classNames what the numbers of the only column stand for, where labels were texts
 */
export function labelLayout(width: number, classNames?: readonly string[]): LabelLayout {
  if (classNames !== undefined) {
    const targets = (rows: readonly Float32Array[]) => ({
      classes: Int32Array.from(rows, (row) => row[0] as number),
    })
    return { classNames, targets }
  }
  const sentiment = (rows: readonly Float32Array[]) =>
    Float32Array.from(rows, (row) => row[0] as number)
  if (width === 1) return { targets: (rows) => ({ sentiment: sentiment(rows) }) }
  const whole = width !== 1 + moseiEmotions.length
  const columns = whole ? width : width - 1
  const emotionNames =
    columns === moseiEmotions.length
      ? moseiEmotions
      : Array.from({ length: columns }, (_, column) => `label ${column}`)
  return {
    emotionNames,
    targets: (rows) => ({
      ...(!whole && { sentiment: sentiment(rows) }),
      emotions: Float32Array.from(rows.flatMap((row) => [...row.subarray(whole ? 0 : 1)])),
    }),
  }
}

/**
 * Labels that are texts as numbers of classes, in the order of their names.
 *
 * @throws LimbicError if the file is damaged
 */
export function numberTexts(sequence: ComputationalSequence): {
  readonly sequence: ComputationalSequence
  readonly classNames: readonly string[]
} {
  const texts = new Map([...sequence.entries].map(([video, entry]) => [video, entry.words()]))
  const classNames = orderClasses([...texts.values()].flat())
  const numbers = new Map(classNames.map((name, index) => [name, index]))
  const entries = new Map(
    [...sequence.entries].map(([video, entry]): [string, SequenceEntry] => [
      video,
      {
        rows: entry.rows,
        features: () =>
          Float32Array.from(
            texts.get(video) ?? [],
            (text) => numbers.get(text.trim()) ?? Number.NaN,
          ),
        words: () => entry.words(),
        intervals: () => entry.intervals(),
      },
    ]),
  )
  return { sequence: { ...sequence, kind: 'numbers', width: 1, entries }, classNames }
}
