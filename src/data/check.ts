/** Checks that the parts of a data set are consistent. */

import { LimbicError } from '../base/errors.js'
import {
  type Dataset,
  modalities,
  namedFeatures,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
  targetNamed,
} from './dataset.js'
import { type Feature, hasTime, shapeOf, typeOf } from './feature.js'
import type { PartsOptions } from './parts.js'

/** The sentiment scale of CMU-MOSI and CMU-MOSEI. */
const strongestSentiment = 3
const rangeHint = 'Read it with --labels clip, drop or rescale'

/**
 * Checks what every data set must satisfy, whatever its reader: no empty split; as many lengths,
 * targets and texts as ids; lengths of at least one step, equal among features that share their
 * steps; the same features, shapes and kinds of target in all splits; labels within their range.
 * Features are not read.
 *
 * @param lacking what may be missing if only a part is read
 * @param where the file or folder, for messages.
 * @throws LimbicError naming the split and row of the first mistake.
 */
export function validateDataset(
  dataset: Dataset,
  where: string,
  lacking: Omit<PartsOptions, 'names'> = {},
): void {
  const { only, partial = false, unlabelled = false } = lacking
  const [first] = splitNames.filter((name) => dataset.splits[name].ids.length > 0)
  for (const name of splitNames) {
    const split = dataset.splits[name]
    const place = `${where}, split ${name}`
    // If only a part is read, one split with samples is enough.
    if (split.ids.length === 0 && (only || partial) && first !== undefined) continue
    validateCounts(split, place)
    validateClocks(split, dataset.aligned, place)
    validateAgreement(split, dataset.splits[first ?? 'train'], place, first ?? 'train')
    validateTargets(split, dataset, place, unlabelled)
  }
}

function validateCounts(split: Split, where: string): void {
  const samples = split.ids.length
  if (samples === 0) {
    throw new LimbicError('the split has no samples', {
      where,
      hint: 'Every split needs at least one; make the split again',
    })
  }
  const features = namedFeatures(split.features)
  if (features.length === 0) {
    throw new LimbicError('the split has no features', { where, expected: modalities.join(' or ') })
  }
  const columns: (readonly [string, number | undefined, number])[] = [
    ...features.map(([name, { lengths }]) => [name, lengths.length, samples] as const),
    ['raw text', split.rawText?.length, samples],
    ['speakers', split.speakers?.length, samples],
    ['sentiment', split.targets.sentiment?.length, samples],
    ['classes', split.targets.classes?.length, samples],
  ]
  for (const [name, got, expected] of columns) {
    if (got !== undefined && got !== expected) {
      throw new LimbicError(`${name} and ids differ in number`, {
        where,
        expected: `${expected} samples`,
        got: `${got}`,
      })
    }
  }
  for (const [name, feature] of features) {
    const { width, lengths } = feature
    const numbers = shapeOf(feature).reduce((product, size) => product * size, 1)
    if (numbers !== width) {
      throw new LimbicError(`the shape of ${name} does not match its numbers`, {
        where,
        expected: `${width} numbers per step`,
        got: `[${shapeOf(feature).join(', ')}]`,
      })
    }
    const fits = hasTime(feature)
      ? (length: number) => length >= 1
      : (length: number) => length === 1
    lengths.forEach((length, row) => {
      if (fits(length)) return
      throw new LimbicError(
        hasTime(feature)
          ? 'a sequence needs at least one step'
          : 'a feature without time is one step',
        { where: `${where}, ${name}, row ${row} (${split.ids[row]})`, got: `${length}` },
      )
    })
  }
}

/**
 * Features of one clock have equal lengths; in an aligned data set, so do all features without a
 * named clock.
 */
function validateClocks({ ids, features }: Split, aligned: boolean, where: string): void {
  const first = new Map<string, readonly [name: string, lengths: Int32Array]>()
  for (const [name, { time = aligned ? '' : false, lengths }] of namedFeatures(features)) {
    if (time === false) continue
    const [other, expected] = first.get(time) ?? [name, lengths]
    first.set(time, [other, expected])
    const row = ids.findIndex((_, sample) => lengths[sample] !== expected[sample])
    if (row < 0) continue
    throw new LimbicError(
      time === ''
        ? 'aligned modalities differ in their steps'
        : 'features of one clock differ in their steps',
      {
        where: `${where}, ${name}, row ${row} (${ids[row]})`,
        expected: `${expected[row]}, as ${other} has`,
        got: `${lengths[row]}`,
      },
    )
  }
}

function validateAgreement(split: Split, train: Split, where: string, first: SplitName): void {
  for (const [name] of namedFeatures({ ...train.features, ...split.features })) {
    const [got, expected] = [split.features[name], train.features[name]].map(
      (feature) => feature && describeFeature(feature),
    )
    if (got === expected) continue
    throw new LimbicError(`${name} differs between the splits`, {
      where,
      expected: `${expected ?? 'none'}, as in ${first}`,
      got: got ?? 'none',
    })
  }
  const own = [split, train].flatMap(({ targets }) => Object.keys(targets.others ?? {}))
  for (const kind of ['sentiment', 'classes', 'emotions', ...own]) {
    const expected = targetNamed(train.targets, kind)
    if ((targetNamed(split.targets, kind) === undefined) === (expected === undefined)) continue
    throw new LimbicError('the splits have different labels', {
      where,
      expected: `${expected ? '' : 'no '}${kind}, as in ${first}`,
    })
  }
}

/** Such as `300 features`, followed by what differs from the default. */
function describeFeature(feature: Feature): string {
  const { width, shape, time } = feature
  const type = typeOf(feature)
  return [
    shape ? `[${shape.join(', ')}]` : `${width} features`,
    ...(type === 'float32' ? [] : [type]),
    ...(time === undefined ? [] : [time === false ? 'without time' : `along ${time}`]),
  ].join(' ')
}

function validateTargets(split: Split, dataset: Dataset, where: string, unlabelled: boolean): void {
  const { sentiment, classes, emotions, others = {} }: Targets = split.targets
  if (!sentiment && !classes && !emotions && Object.keys(others).length === 0) {
    if (unlabelled) return
    throw new LimbicError('the split has no labels', {
      where,
      expected: 'sentiment, classes or emotions',
    })
  }
  const fail = (what: string, row: number, expected: string, got: number, hint?: string): never => {
    throw new LimbicError(what, {
      where: `${where}, row ${row} (${split.ids[row]})`,
      expected,
      got: `${got}`,
      ...(hint !== undefined && { hint }),
    })
  }
  sentiment?.forEach((value, row) => {
    if (!(Math.abs(value) <= strongestSentiment)) {
      fail('sentiment out of range', row, 'a number from -3 to 3', value, rangeHint)
    }
  })
  const classCount = dataset.classNames?.length ?? 0
  classes?.forEach((value, row) => {
    if (value < 0 || value >= classCount) {
      fail('class out of range', row, `0 to ${classCount - 1}`, value)
    }
  })
  const columns = dataset.emotionNames?.length ?? 0
  if (emotions && emotions.length !== columns * split.ids.length) {
    throw new LimbicError('emotions do not match samples and names', {
      where,
      expected: `${split.ids.length} x ${columns}`,
      got: `${emotions.length}`,
    })
  }
  for (const [name, values] of Object.entries(others)) {
    const width = values.length / split.ids.length
    if (!Number.isInteger(width)) {
      throw new LimbicError(`${name} and ids differ in number`, {
        where,
        expected: `as many numbers for each of ${split.ids.length} samples`,
        got: `${values.length}`,
      })
    }
    values.forEach((value, index) => {
      if (!Number.isFinite(value)) {
        fail(`${name} is no number`, Math.floor(index / width), 'a finite number', value)
      }
    })
  }
  emotions?.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      fail('emotion is no number', Math.floor(index / columns), 'a finite number', value)
    }
  })
}
