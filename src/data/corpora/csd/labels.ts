/** The labels of computational sequences. */
import { elementAt } from '../../../base/lookup.js'
import type { Targets } from '../../dataset.js'
import { orderClasses } from '../fields/index.js'
import { moseiEmotions } from '../mosei.js'
import type { ComputationalSequence, SequenceEntry } from './sequence.js'

/** Converts the rows of a label sequence into targets. */
export interface LabelLayout {
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
  /** Makes the targets from the samples' label rows, in the same order. */
  targets(rows: readonly Float32Array[]): Targets
}

/**
 * One column is the sentiment; six are CMU-MOSEI's emotions (intensities from 0 to 3), seven its
 * sentiment and emotions; any other number are multi-label columns, named by their number.
 *
 * @param classNames the class names that the numbers of a single column stand for, if the labels
 * were text
 */
export function labelLayout(width: number, classNames?: readonly string[]): LabelLayout {
  if (classNames !== undefined) {
    const targets = (rows: readonly Float32Array[]) => ({
      classes: Int32Array.from(rows, (row) => elementAt(row, 0, 'label')),
    })
    return { classNames, targets }
  }
  const sentiment = (rows: readonly Float32Array[]) =>
    Float32Array.from(rows, (row) => elementAt(row, 0, 'label'))
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
 * Turns text labels into class indices, in the order of their names.
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
