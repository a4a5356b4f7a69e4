/** Checks the inputs of metrics. */

import { LimbicError } from '../base/errors.js'

/** A column of numbers: a plain array or a typed one. */
export type Numbers = ArrayLike<number>

/** Complains unless two columns have the same length, at least one entry, and no NaN or infinity. */
export function checkPairs(what: string, predictions: Numbers, truths: Numbers): void {
  if (predictions.length !== truths.length) {
    throw new LimbicError('predictions and truths do not pair up', {
      where: what,
      expected: `${truths.length} predictions`,
      got: `${predictions.length}`,
    })
  }
  if (truths.length === 0) {
    throw new LimbicError('there is nothing to measure', {
      where: what,
      expected: 'at least one sample',
      got: 'none',
      hint: 'Is the split empty?',
    })
  }
  checkFinite(
    `${what}, predictions`,
    predictions,
    'The training probably diverged; a lower learning rate may help',
  )
  checkFinite(`${what}, truths`, truths)
}

/** Complains about a NaN or an infinity. */
export function checkFinite(where: string, values: Numbers, hint?: string): void {
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) continue
    throw new LimbicError('not a finite number', {
      where,
      got: `${values[index]} at position ${index}`,
      ...(hint && { hint }),
    })
  }
}
