/** Splits a data set by its configuration. */

import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { validate } from '../../../base/schema.js'
import type { Dataset } from '../../dataset.js'
import {
  everythingEverywhere,
  kFolds,
  kFoldsBySpeaker,
  randomSplits,
  randomSplitsBySpeaker,
} from './divide.js'

/** How a data set is divided into training, validation and test data. */
export const splitConfig = z.strictObject({
  kind: z
    .enum(['given', 'random', 'folds', 'speakers', 'all'])
    .default('given')
    .describe(
      'how to split: as the file does, at random, by cross-validation fold, by speaker (speaker folds if --fold is given), or all samples in every split (for the final model, once another split has measured its accuracy)',
    ),
  fold: z.int().min(0).optional().describe('the fold to test on, from 0'),
  folds: z.int().min(2).default(5).describe('number of folds'),
  seed: z.int().min(0).default(0).describe('random seed for assigning samples or speakers'),
  fractions: z
    .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
    .default([0.7, 0.1, 0.2])
    .describe('shares of train, valid and test if there are no folds'),
  validFraction: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('share of the remaining folds used for validation'),
})

export type SplitOptions = z.input<typeof splitConfig>

/**
 * A data set divided as the options say, as views over the same features; `given` leaves it as it
 * is. The same options always give the same splits.
 *
 * @throws LimbicError if no fold is named or it does not exist, or the data cannot be divided this
 * way.
 */
export function applySplit(dataset: Dataset, options: SplitOptions = {}): Dataset {
  const settings = validate(splitConfig, options, 'data.split')
  const { kind, fold, folds } = settings
  if (fold !== undefined && kind !== 'folds' && kind !== 'speakers') {
    throw new LimbicError('a fold is named, but no folds are made', {
      where: 'data.split.fold',
      expected: 'data.split.kind folds or speakers',
      got: `kind ${kind}, fold ${fold}`,
      hint: 'Divide with --divide folds or --divide speakers, or leave the fold out',
    })
  }
  switch (kind) {
    case 'given':
      return dataset
    case 'all':
      return everythingEverywhere(dataset)
    case 'random':
      return randomSplits(dataset, settings)
    case 'folds':
      return chooseFold(kFolds(dataset, settings), fold, folds)
    case 'speakers':
      return fold === undefined
        ? randomSplitsBySpeaker(dataset, settings)
        : chooseFold(kFoldsBySpeaker(dataset, settings), fold, folds)
  }
}

function chooseFold(made: readonly Dataset[], fold: number | undefined, folds: number): Dataset {
  const chosen = fold === undefined ? undefined : made[fold]
  if (chosen) return chosen
  throw new LimbicError(fold === undefined ? 'no fold is named' : 'there is no such fold', {
    where: 'data.split.fold',
    expected: `0 to ${folds - 1}, the one to test on`,
    ...(fold !== undefined && { got: `${fold}` }),
    hint: 'Name it with --fold',
  })
}
