/** Tables of samples x labels, row by row. */

import { LimbicError } from '../base/errors.js'
import { numberAt } from '../base/numbers.js'
import { checkPairs, type Numbers } from './check.js'
import { type ConfusionCounts, countConfusions } from './confusion.js'
import { sigmoid } from './probabilities.js'

/** @throws LimbicError unless both tables have the same whole rows of finite numbers */
export function checkTable(logits: Numbers, truths: Numbers, labelCount: number): void {
  checkPairs('multi-label', logits, truths)
  if (Number.isInteger(labelCount) && labelCount > 0 && truths.length % labelCount === 0) return
  throw new LimbicError('the numbers are not whole rows', {
    where: 'multi-label',
    expected: `a multiple of ${labelCount} numbers`,
    got: `${truths.length}`,
  })
}

/** One label of every sample. */
export function column(table: Numbers, width: number, index: number): Float64Array {
  return Float64Array.from({ length: table.length / width }, (_, row) =>
    numberAt(table, row * width + index),
  )
}

/** How often one label was absent (0) or present (1), and taken for either. */
export function labelConfusion(
  logits: Numbers,
  truths: Numbers,
  threshold: number,
): ConfusionCounts {
  return countConfusions(
    2,
    truths.length,
    (sample) => Number(numberAt(truths, sample) > 0),
    (sample) => Number(sigmoid(numberAt(logits, sample)) > threshold),
  )
}
