/** The labels of a fold: classes if they are whole numbers from 0 on, otherwise sentiment. */
import { LimbicError } from '../../../base/errors.js'
import type { SplitName, Targets } from '../../dataset.js'
import type { LabelPolicy } from '../../prepare/labels/settle.js'
import { type FoldArray, numbersColumn } from './arrays.js'

/** The end of the scale of sentiment. */
const strongest = 3
/** Larger numbers cannot be class indices. */
const mostClasses = 10_000

/** The label of each sample as stored: one number. */
export interface LabelColumn {
  readonly path: string
  readonly values: Float64Array
  /** Whether the array has an integer type. */
  readonly whole: boolean
}

/** @throws LimbicError unless the file holds one number per sample */
export function readLabelColumn(file: FoldArray): LabelColumn {
  const whole = /^(u?int|bool)/.test(file.array.type.kind)
  return { path: file.path, values: numbersColumn(file, undefined), whole }
}

/** The labels of a fold, and which samples have one. */
export interface FoldLabels {
  targets(name: SplitName): Targets
  /** Whether a sample has a label; `settleLabels` later handles missing sentiment. */
  has(name: SplitName, row: number): boolean
}

/**
 * Decides for all splits together. Whole numbers from 0 on are classes, unless they are stored as
 * floats and a policy for out-of-range sentiment is given; anything else is sentiment.
 * NaN among classes is a missing label.
 *
 * @throws LimbicError naming the row of a missing class under `refuse`, or of an invalid class
 */
export function foldLabels(
  columns: ReadonlyMap<SplitName, LabelColumn>,
  policy: LabelPolicy | undefined,
): FoldLabels {
  const all = [...columns.values()]
  const natural = all.every(({ values }) =>
    values.every((value) => Number.isNaN(value) || (Number.isInteger(value) && value >= 0)),
  )
  const asScores = policy !== undefined && policy !== 'refuse' && all.some(({ whole }) => !whole)
  if (!natural || asScores) {
    if (policy === undefined) checkScale(all)
    return {
      targets: (name) => ({
        sentiment: Float32Array.from(columns.get(name)?.values ?? []),
      }),
      has: () => true,
    }
  }
  for (const column of all) checkClasses(column, policy)
  return {
    targets: (name) => ({ classes: Int32Array.from(columns.get(name)?.values ?? []) }),
    has: (name, row) => !Number.isNaN(columns.get(name)?.values[row]),
  }
}

/**
 * Integers of either sign may be sentiment; beyond its range they are classes, and a negative one
 * is a mistake.
 */
function checkScale(all: readonly LabelColumn[]): void {
  if (all.some(({ whole }) => !whole)) return
  if (all.every(({ values }) => values.every((value) => Math.abs(value) <= strongest))) return
  const found = all.find(({ values }) => values.some((value) => value < 0))
  if (found === undefined) return
  const { path, values } = found
  const row = values.findIndex((value) => value < 0)
  throw new LimbicError('a number is out of range', {
    where: `${path}, row ${row}`,
    expected: 'an integer from 0 on, or numbers from -3 to 3 alone',
    got: `${values[row]}`,
    hint: 'Labels that are scores are read with --labels clip, drop or rescale',
  })
}

function checkClasses({ path, values }: LabelColumn, policy: LabelPolicy | undefined): void {
  const row = values.findIndex(
    (value) => value >= mostClasses || (policy === 'refuse' && Number.isNaN(value)),
  )
  if (row < 0) return
  throw new LimbicError(Number.isNaN(values[row]) ? 'a label is missing' : 'a class out of range', {
    where: `${path}, row ${row}`,
    expected: `an integer from 0 to ${mostClasses - 1}`,
    got: `${values[row]}`,
    hint: Number.isNaN(values[row])
      ? 'Read it without --labels refuse to leave such samples out'
      : 'Labels that are scores are read with --labels clip, drop or rescale',
  })
}

/** The highest class index of all splits; 0 if there are no classes. */
export function highestClass(all: readonly Targets[]): number {
  let highest = 0
  for (const { classes = [] } of all) {
    for (const label of classes) highest = Math.max(highest, label)
  }
  return highest
}
