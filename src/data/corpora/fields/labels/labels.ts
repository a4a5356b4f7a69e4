/** Labels in whatever form a file has them: columns of numbers, texts, or one-hot rows. */
import { LimbicError } from '../../../../base/errors.js'
import type { PickleValue } from '../../../../formats/pickle/index.js'
import { perSplit, type SplitName, splitNames, type Targets } from '../../../dataset.js'
import { moseiEmotions } from '../../mosei.js'
import { textColumn } from '../columns.js'
import { holdsTexts, type NumberMatrix, numberMatrix } from './matrix.js'

/** The labels of all splits, and the names of classes and columns. */
export interface ReadLabels {
  readonly targets: Readonly<Record<SplitName, Targets>>
  readonly classNames?: readonly string[]
  readonly emotionNames?: readonly string[]
}

/** The labels of one split, and their place for messages. */
export interface LabelField {
  readonly value: PickleValue
  readonly where: string
}

/** The usual names of the sentiment classes, in the order of their indices. */
export const sentimentNames = ['Negative', 'Neutral', 'Positive'] as const

/**
 * Reads labels whose kind only their form tells:
 *
 * - texts are classes, in the order of their names (negative, neutral, positive where they are these);
 * - one column is the sentiment;
 * - 6 columns are CMU-MOSEI's emotions, 7 are its sentiment and emotions;
 * - more columns are one class where every row is one-hot, and else that many labels of yes or no,
 *   or of intensities, called by their number.
 *
 * @throws LimbicError for anything else
 */
export function readLabelColumns(fields: Readonly<Record<SplitName, LabelField>>): ReadLabels {
  if (splitNames.some((name) => holdsTexts(fields[name].value))) {
    return classesOfTexts(perSplit((name) => textColumn(fields[name].value, fields[name].where)))
  }
  const matrices = perSplit((name) => numberMatrix(fields[name].value, fields[name].where))
  const { columns } = matrices.train
  for (const name of splitNames) {
    const { columns: got, rows } = matrices[name]
    if (got === columns || rows === 0) continue
    throw new LimbicError('the splits differ in their labels', {
      where: fields[name].where,
      expected: `${columns} per sample, as in train`,
      got: `${got}`,
    })
  }
  const take = (from: number, count: number) => (name: SplitName) =>
    columnsOf(matrices[name], from, count)
  const sentiment = (name: SplitName) => ({ sentiment: take(0, 1)(name) })
  if (columns === 1) return { targets: perSplit(sentiment) }
  if (columns === moseiEmotions.length) {
    const emotions = take(0, columns)
    return {
      targets: perSplit((name) => ({ emotions: emotions(name) })),
      emotionNames: moseiEmotions,
    }
  }
  if (columns === 1 + moseiEmotions.length) {
    const emotions = take(1, columns - 1)
    return {
      targets: perSplit((name) => ({ ...sentiment(name), emotions: emotions(name) })),
      emotionNames: moseiEmotions,
    }
  }
  if (splitNames.every((name) => isOneHot(matrices[name]))) {
    return {
      targets: perSplit((name) => ({ classes: hottest(matrices[name]) })),
      classNames: Array.from({ length: columns }, (_, index) => `class ${index}`),
    }
  }
  const all = take(0, columns)
  for (const name of splitNames) {
    const at = all(name).findIndex((value) => !(value >= 0))
    if (at < 0) continue
    throw new LimbicError('labels of an unknown layout', {
      where: `${fields[name].where}, row ${Math.floor(at / columns)}`,
      expected:
        'one column (sentiment), 6 or 7 (as in CMU-MOSEI), one-hot classes, or columns of yes (1) and no (0)',
      got: `${columns} columns, with ${all(name)[at]} in one of them`,
      hint: 'Keep the column that is meant, or write the classes as texts',
    })
  }
  return {
    targets: perSplit((name) => ({ emotions: all(name) })),
    emotionNames: Array.from({ length: columns }, (_, index) => `label ${index}`),
  }
}

/** Class indices from text labels; a class has the same index in every split. */
export function classesOfTexts(texts: Readonly<Record<SplitName, readonly string[]>>): {
  readonly targets: Readonly<Record<SplitName, Targets>>
  readonly classNames: readonly string[]
} {
  const ordered = orderClasses(splitNames.flatMap((name) => texts[name]))
  const indices = new Map(ordered.map((name, index) => [name, index]))
  return {
    targets: perSplit((split) => ({
      classes: Int32Array.from(texts[split], (name) => indices.get(name.trim()) ?? 0),
    })),
    classNames: ordered,
  }
}

/** The distinct texts: in the order of sentiment if they are its classes, else sorted by name. */
export function orderClasses(texts: readonly string[]): string[] {
  const found = [...new Set(texts.map((text) => text.trim()))]
  const rank = (name: string) =>
    sentimentNames.findIndex((known) => known.toLowerCase() === name.toLowerCase())
  return found.every((name) => rank(name) >= 0)
    ? found.sort((one, other) => rank(one) - rank(other))
    : found.sort()
}

/** Whether every row is one-hot. */
export function isOneHot({ rows, columns, values }: NumberMatrix): boolean {
  if (columns < 2) return false
  for (let row = 0; row < rows; row++) {
    const cells = values.subarray(row * columns, (row + 1) * columns)
    const ones = cells.reduce((count, cell) => count + (cell === 1 ? 1 : 0), 0)
    if (ones !== 1 || !cells.every((cell) => cell === 0 || cell === 1)) return false
  }
  return true
}

/** The argmax of each row. */
export function hottest({ rows, columns, values }: NumberMatrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    const cells = values.subarray(row * columns, (row + 1) * columns)
    return cells.indexOf(Math.max(...cells))
  })
}

function columnsOf(
  { rows, columns, values }: NumberMatrix,
  from: number,
  count: number,
): Float32Array {
  const taken = new Float32Array(rows * count)
  for (let row = 0; row < rows; row++) {
    taken.set(values.subarray(row * columns + from, row * columns + from + count), row * count)
  }
  return taken
}
