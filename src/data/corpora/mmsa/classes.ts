/** The classes of MMSA's files: numbers with or without names, names alone, or one-hot rows. */
import { LimbicError } from '../../../base/errors.js'
import { perSplit, type SplitName, splitNames } from '../../dataset.js'
import {
  classesOfTexts,
  classWords,
  type Fields,
  fieldValue,
  holdsTexts,
  hottest,
  isOneHot,
  numberMatrix,
  optionalTexts,
  textColumn,
} from '../fields/index.js'
import { learnClassNames } from './class-names.js'

export interface ReadClasses {
  readonly classes: Readonly<Record<SplitName, Int32Array>>
  readonly names: readonly string[]
  readonly notes: readonly string[]
}

const largestClass = 10_000

/**
 * The classes of all splits: `classification_labels`, as numbers (named by `annotations`, where they
 * are there), as texts or as one-hot rows; else `annotations` alone. Where the numbers are signs (-1,
 * 0 and 1), they count from 0.
 *
 * @returns undefined if the file has neither
 * @throws LimbicError if they are something else, or numbers and names contradict each other
 */
export function readClasses(
  fields: Readonly<Record<SplitName, Fields>>,
  place: (name: SplitName) => string,
): ReadClasses | undefined {
  const values = perSplit((name) => fieldValue(fields[name], classWords))
  const annotations = perSplit((name) => optionalTexts(fields[name], 'annotations', place(name)))
  const { train, valid, test } = values
  if (train === undefined || valid === undefined || test === undefined) {
    const named = splitNames.every((name) => annotations[name] !== undefined)
    return named ? ofTexts((name) => annotations[name] ?? []) : undefined
  }
  const present = { train, valid, test }
  const at = (name: SplitName) => `${place(name)}, classification_labels`
  if (splitNames.some((name) => holdsTexts(present[name]))) {
    return ofTexts((name) => textColumn(present[name], at(name)))
  }
  const matrices = perSplit((name) => numberMatrix(present[name], at(name)))
  const numbers = perSplit((name) => {
    const matrix = matrices[name]
    if (matrix.columns === 1 || matrix.rows === 0) return matrix.values
    if (isOneHot(matrix)) return Float64Array.from(hottest(matrix))
    throw new LimbicError('classes are neither one number per sample nor one-hot', {
      where: at(name),
      got: `${matrix.columns} numbers per sample`,
    })
  })
  const all = splitNames.flatMap((name) => [...numbers[name]])
  const signs = all.includes(-1) && all.every((label) => label === -1 || label === 0 || label === 1)
  const shift = signs ? -1 : 0
  const classes = perSplit((name) =>
    Int32Array.from(numbers[name], (label, row) => {
      const index = label - shift
      if (Number.isInteger(index) && index >= 0 && index <= largestClass) return index
      throw new LimbicError('class out of range', {
        where: `${at(name)}, row ${row}`,
        expected: 'an integer from 0 on',
        got: `${label}`,
      })
    }),
  )
  const learned = learnClassNames(
    splitNames.map((name) => pair(classes[name], annotations[name], place(name))),
  )
  const counted = signs ? ['classes -1, 0 and 1 are read as 0, 1 and 2'] : []
  return { classes, names: learned.names, notes: [...counted, ...learned.notes] }
}

function ofTexts(texts: (name: SplitName) => readonly string[]): ReadClasses {
  const { targets, classNames } = classesOfTexts(perSplit(texts))
  return {
    classes: perSplit((name) => targets[name].classes ?? new Int32Array(0)),
    names: classNames,
    notes: [],
  }
}

function pair(classes: Int32Array, annotations: readonly string[] | undefined, where: string) {
  if (annotations && annotations.length !== classes.length) {
    throw new LimbicError('annotations and classification_labels differ in number', {
      where,
      expected: `${classes.length}`,
      got: `${annotations.length}`,
    })
  }
  return { where, classes, ...(annotations && { annotations }) }
}
