/** Labels of MulT's files: IEMOCAP's pairs, or any labels that `readLabelColumns` reads. */
import { LimbicError } from '../../../base/errors.js'
import { PickledArray } from '../../../formats/pickle/index.js'
import { perSplit, type SplitName, splitNames } from '../../dataset.js'
import {
  type LabelField,
  numberColumn,
  type ReadLabels,
  readLabelColumns,
} from '../fields/index.js'

/** The four classes of IEMOCAP, each against the rest, in the order of MulT's published evaluation. */
export const multEmotions = ['neutral', 'happy', 'sad', 'angry'] as const

/**
 * Reads `labels`: N x 4 x 2 is one-hot no (first) or yes (second) for each of IEMOCAP's four
 * classes; for other shapes see `readLabelColumns`.
 *
 * @throws LimbicError for another shape, or a pair that is not one-hot.
 */
export function readLabels(fields: Readonly<Record<SplitName, LabelField>>): ReadLabels {
  if (!splitNames.every((name) => isPairs(fields[name]))) return readLabelColumns(fields)
  return {
    targets: perSplit((name) => ({ emotions: readPairs(fields[name]) })),
    emotionNames: multEmotions,
  }
}

function isPairs({ value }: LabelField): boolean {
  const [, ...rest] = value instanceof PickledArray ? value.shape : []
  return rest.length === 2 && rest[0] === multEmotions.length && rest[1] === 2
}

function readPairs({ value, where }: LabelField): Float32Array {
  const pairs = numberColumn(value, where)
  return Float32Array.from({ length: pairs.length / 2 }, (_, index) => {
    const [no, yes] = [pairs[2 * index] ?? 0, pairs[2 * index + 1] ?? 0]
    if (yes > no || no > yes) return Number(yes > no)
    throw new LimbicError('a label says neither yes nor no', {
      where: `${where}, row ${Math.floor(index / multEmotions.length)}, ${multEmotions[index % multEmotions.length]}`,
      expected: '[1, 0] or [0, 1]',
      got: `[${no}, ${yes}]`,
    })
  })
}
