/** Divides samples into splits and folds. */
import { LimbicError } from '../../../base/errors.js'
import { elementAt } from '../../../base/lookup.js'
import { type Dataset, perSplit, splitNames } from '../../dataset.js'
import { dealGroups, speakerGroups, stratifiedOrder } from './order.js'
import { concatSplits, subset, wholeOf, withSplits } from './views.js'

/** The shares of train, valid and test. */
export type Fractions = readonly [train: number, valid: number, test: number]

export interface RandomSplitOptions {
  /** They must add up to 1; 0.7, 0.1, 0.2 by default. */
  readonly fractions?: Fractions
  /** The same seed always gives the same splits; 0 by default. */
  readonly seed?: number
}

export interface FoldOptions {
  /** How many folds; 5 by default. */
  readonly folds?: number
  readonly seed?: number
  /** The share of the samples outside the test fold used for validation; 0.1 by default. */
  readonly validFraction?: number
}

const defaultFractions: Fractions = [0.7, 0.1, 0.2]

/**
 * Splits all samples of a data set at random, each into exactly one split, stratified by class if
 * there are classes. (The MESM document, section 3.1, divides IEMOCAP 0.7, 0.1, 0.2.)
 *
 * @throws LimbicError if the fractions do not add up to 1 or a split would be empty.
 */
export function randomSplits(dataset: Dataset, options: RandomSplitOptions = {}): Dataset {
  const { fractions = defaultFractions, seed = 0 } = options
  checkFractions(fractions)
  const whole = wholeOf(dataset)
  const order = stratifiedOrder(
    everySample(whole.ids.length),
    whole.targets.classes,
    seed,
    'random',
  )
  const trainEnd = Math.round(fractions[0] * order.length)
  const validEnd = Math.round((fractions[0] + fractions[1]) * order.length)
  return divided(
    dataset,
    [order.slice(0, trainEnd), order.slice(trainEnd, validEnd), order.slice(validEnd)],
    `divided anew at random, ${fractions.join(' / ')}, seed ${seed}`,
  )
}

/**
 * `randomSplits` by speaker, so that no speaker is in two splits; the sizes are as close to the
 * fractions as the speakers allow. Not stratified by class.
 *
 * @throws LimbicError as `randomSplits`, or if the speakers are not known (see `speakersOf`).
 */
export function randomSplitsBySpeaker(dataset: Dataset, options: RandomSplitOptions = {}): Dataset {
  const { fractions = defaultFractions, seed = 0 } = options
  checkFractions(fractions)
  const groups = speakerGroups(wholeOf(dataset), seed, dataset.name)
  checkEnough(groups.length, 3, 'speakers', dataset.name)
  return divided(
    dataset,
    dealGroups(groups, fractions),
    `divided anew by speaker, ${fractions.join(' / ')}, ${groups.length} speakers, seed ${seed}`,
  )
}

/**
 * All samples in k folds: data set i is tested on fold i, validated on a share of the rest and
 * trained on what remains. Every sample is tested on exactly once. The folds, and training and
 * validation, are stratified by class if there are classes.
 *
 * @throws LimbicError if there are too few samples.
 */
export function kFolds(dataset: Dataset, options: FoldOptions = {}): Dataset[] {
  const { folds, seed, validFraction } = foldSettings(options)
  const whole = wholeOf(dataset)
  const { classes } = whole.targets
  checkEnough(whole.ids.length, folds, 'samples', dataset.name)
  // The order is stratified, so that contiguous slices of it are stratified folds.
  const order = stratifiedOrder(everySample(whole.ids.length), classes, seed, 'folds')
  const edge = (fold: number) => Math.round((fold * order.length) / folds)
  return everySample(folds).map((fold) => {
    const rest = [...order.slice(0, edge(fold)), ...order.slice(edge(fold + 1))]
    const inner = stratifiedOrder(rest, classes, seed, 'validation', fold)
    const valid = Math.max(1, Math.round(validFraction * inner.length))
    return divided(
      dataset,
      [inner.slice(valid), inner.slice(0, valid), order.slice(edge(fold), edge(fold + 1))],
      `fold ${fold + 1} of ${folds}, seed ${seed}`,
    )
  })
}

/**
 * `kFolds` by speaker: no test speaker is in training or validation.
 *
 * With as many folds as speakers, this is leave-one-speaker-out.
 *
 * @throws LimbicError if the speakers are not known, fewer than the folds, or fewer than three.
 */
export function kFoldsBySpeaker(dataset: Dataset, options: FoldOptions = {}): Dataset[] {
  const { folds, seed, validFraction } = foldSettings(options)
  const groups = speakerGroups(wholeOf(dataset), seed, dataset.name)
  checkEnough(groups.length, Math.max(folds, 3), 'speakers', dataset.name)
  const tests = dealGroups(
    groups,
    everySample(folds).map(() => 1 / folds),
  )
  return tests.map((test, fold) => {
    const held = new Set(test)
    const rest = groups.filter(([first]) => first !== undefined && !held.has(first))
    checkEnough(rest.length, 2, 'speakers outside a fold', dataset.name)
    const [train = [], valid = []] = dealGroups(rest, [1 - validFraction, validFraction])
    return divided(
      dataset,
      [train, valid, test],
      `fold ${fold + 1} of ${folds} by speaker, ${groups.length} speakers, seed ${seed}`,
    )
  })
}

/**
 * Uses training and validation data together for training; the validation split is unchanged, so
 * its figures are of seen samples (as in the last stage of the HDA document).
 */
export function mergeTrainValid(dataset: Dataset): Dataset {
  const { train, valid, test } = dataset.splits
  return withSplits(
    dataset,
    { train: concatSplits([train, valid]), valid, test },
    'trained on training and validation data together: figures on validation are of seen samples',
  )
}

/**
 * All samples in every split, to train the final model once another split has measured its
 * accuracy. Its own figures are of seen samples.
 */
export function everythingEverywhere(dataset: Dataset): Dataset {
  const whole = wholeOf(dataset)
  return withSplits(
    dataset,
    { train: whole, valid: whole, test: whole },
    'all samples are in every split: figures are of samples seen in training',
  )
}

function divided(dataset: Dataset, parts: readonly number[][], note: string): Dataset {
  const whole = wholeOf(dataset)
  splitNames.forEach((name, index) => {
    if (parts[index]?.length) return
    throw new LimbicError(`no sample is left for the split ${name}`, {
      where: dataset.name,
      got: `${whole.ids.length} samples in all`,
      hint: 'Choose larger fractions or fewer folds',
    })
  })
  // In file order, the fastest to read.
  const splits = perSplit((name) => {
    const rows = elementAt(parts, splitNames.indexOf(name), 'split')
    return subset(whole, Int32Array.from(rows).sort())
  })
  return withSplits(dataset, splits, note)
}

const everySample = (count: number) => Array.from({ length: count }, (_, index) => index)

function checkFractions(fractions: Fractions): void {
  const sum = fractions[0] + fractions[1] + fractions[2]
  if (fractions.every((share) => share > 0) && Math.abs(sum - 1) < 1e-6) return
  throw new LimbicError('invalid fractions', {
    where: 'split fractions',
    expected: 'three positive numbers that add up to 1',
    got: fractions.join(', '),
  })
}

function foldSettings({ folds = 5, seed = 0, validFraction = 0.1 }: FoldOptions) {
  if (!Number.isInteger(folds) || folds < 2) {
    throw new LimbicError('invalid number of folds', {
      expected: 'an integer of at least 2',
      got: `${folds}`,
    })
  }
  if (!(validFraction > 0 && validFraction < 1)) {
    throw new LimbicError('invalid fraction for validation', {
      expected: 'a number between 0 and 1',
      got: `${validFraction}`,
    })
  }
  return { folds, seed, validFraction }
}

function checkEnough(got: number, least: number, what: string, where: string): void {
  if (got >= least) return
  throw new LimbicError(`too few ${what} to divide`, {
    where,
    expected: `at least ${least}`,
    got: `${got}`,
  })
}
