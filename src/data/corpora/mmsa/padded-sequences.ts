/** Padded feature arrays of MMSA pickles and their true lengths. */

import { LimbicError } from '../../../base/errors.js'
import type { PickleValue } from '../../../formats/pickle/index.js'
import type { SequenceSource } from '../../dataset.js'
import { featureTable, numberColumn } from '../fields/index.js'

export interface PaddedSequences {
  readonly source: SequenceSource
  /** Whether each sample is an array of its own, so that its steps are its length. */
  readonly ragged: boolean
  /** 1 for samples of length 0, which are read as one step of zeros; else 0. */
  readonly empty: Uint8Array
}

/**
 * Sequences stored as one array of samples x steps x width, zero-padded at the end, or in another
 * form that `featureTable` reads.
 *
 * @param lengths the true length of each sample; without it, all steps count.
 * @param where the file, split and field, for messages; `lengthsWhere` likewise for the lengths.
 * @throws LimbicError if the lengths do not fit the array.
 */
export function paddedSequences(
  features: PickleValue,
  lengths: PickleValue | undefined,
  where: string,
  lengthsWhere: string,
): PaddedSequences {
  const table = featureTable(features, where)
  const { samples, width, longest } = table
  const stated = lengths === undefined ? undefined : numberColumn(lengths, lengthsWhere)
  if (stated && stated.length !== samples) {
    throw new LimbicError('lengths and features differ in number', {
      where: lengthsWhere,
      expected: `${samples}`,
      got: `${stated.length}`,
    })
  }
  stated?.forEach((length, row) => {
    const steps = table.ragged ? (table.steps[row] ?? 0) : longest
    if (Number.isInteger(length) && length >= 0 && length <= steps) return
    throw new LimbicError('length out of range', {
      where: `${lengthsWhere}, row ${row}`,
      expected: `an integer from 0 to ${steps}, the steps of the array`,
      got: `${length}`,
    })
  })
  const empty = Uint8Array.from({ length: samples }, (_, row) =>
    (stated?.[row] ?? table.steps[row]) === 0 ? 1 : 0,
  )
  const trueLengths = Int32Array.from({ length: samples }, (_, row) =>
    Math.max(1, stated?.[row] ?? table.steps[row] ?? 0),
  )
  const source: SequenceSource = {
    width,
    lengths: trueLengths,
    read(sample, target, offset) {
      const steps = trueLengths[sample] ?? 0
      if (empty[sample]) target.fill(0, offset, offset + steps * width)
      else table.read(sample, 0, steps, target, offset)
    },
  }
  return { source, ragged: table.ragged, empty }
}
