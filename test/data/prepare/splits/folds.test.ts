/** Folds of a data set, and splits by their options. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dataset, splitNames } from '../../../../src/data/dataset.js'
import {
  applySplit,
  kFolds,
  kFoldsBySpeaker,
  mergeTrainValid,
  randomSplits,
  randomSplitsBySpeaker,
} from '../../../../src/data/prepare/split/index.js'
import { wholeOf } from '../../../../src/data/prepare/split/views.js'
import {
  allNumbers,
  classCounts,
  corpus,
  drawnClasses,
  numbersOf,
  seeds,
  sorted,
  upTo,
} from './numbered.js'

describe('folds', () => {
  it('test on every sample exactly once, with classes spread evenly', () => {
    fc.assert(
      fc.property(drawnClasses, seeds, fc.integer({ min: 2, max: 6 }), (classes, seed, folds) => {
        const dataset = corpus(classes)
        const made = kFolds(dataset, { folds, seed, validFraction: 0.2 })
        expect(made).toHaveLength(folds)
        const whole = classCounts(wholeOf(dataset))
        for (const fold of made) {
          expect(sorted(allNumbers(fold))).toEqual(upTo(classes.length))
          classCounts(fold.splits.test).forEach((count, label) => {
            expect(Math.abs(count - (whole[label] as number) / folds)).toBeLessThan(2)
          })
        }
        expect(sorted(made.flatMap(({ splits }) => numbersOf(splits.test)))).toEqual(
          upTo(classes.length),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('by speaker test on nobody who is trained or validated on', () => {
    fc.assert(
      fc.property(drawnClasses, seeds, fc.integer({ min: 2, max: 7 }), (classes, seed, folds) => {
        const made = kFoldsBySpeaker(corpus(classes), { folds, seed })
        for (const { splits } of made) {
          const heard = splitNames.map((name) => new Set(splits[name].speakers))
          expect(heard.reduce((sum, set) => sum + set.size, 0)).toBe(7)
        }
        expect(sorted(made.flatMap(({ splits }) => numbersOf(splits.test)))).toEqual(
          upTo(classes.length),
        )
      }),
      { numRuns: 30 },
    )
  })

  it('refuse what cannot be', () => {
    const dataset = corpus(upTo(12))
    expect(() => kFolds(dataset, { folds: 1 })).toThrow(/number of folds/)
    expect(() => kFolds(dataset, { folds: 13 })).toThrow(/too few samples/)
    expect(() => kFolds(dataset, { validFraction: 1 })).toThrow(/fraction for validation/)
    expect(() => kFoldsBySpeaker(dataset, { folds: 8 })).toThrow(/too few speakers/)
  })
})

describe('a split by its options', () => {
  const dataset = corpus(upTo(40).map((n) => n % 3))

  it.each([
    [{ kind: 'folds' }, /no fold is named.*0 to 4.*--fold/],
    [{ kind: 'folds', fold: 5 }, /no such fold.*0 to 4.*got 5/],
    [{ fold: 1 }, /no folds are made.*--divide folds/],
    [{ kind: 'random', fold: 1 }, /no folds are made.*kind random, fold 1/],
  ] as const)('refuses %j', (options, message) => {
    const dataset = corpus(Array.from({ length: 20 }, (_, sample) => sample % 2))
    expect(() => applySplit(dataset, options)).toThrow(message)
  })

  it('is the given one, a random one, a fold, or by speaker', () => {
    expect(applySplit(dataset)).toBe(dataset)
    const ids = ({ splits }: Dataset | { splits: Dataset['splits'] }) => splits.test.ids
    expect(ids(applySplit(dataset, { kind: 'random', seed: 3 }))).toEqual(
      ids(randomSplits(dataset, { seed: 3 })),
    )
    const folds = kFolds(dataset, { folds: 4, seed: 2 })
    expect(ids(applySplit(dataset, { kind: 'folds', fold: 2, folds: 4, seed: 2 }))).toEqual(
      ids(folds[2] ?? dataset),
    )
    const bySpeaker = kFoldsBySpeaker(dataset, { folds: 3 })
    expect(ids(applySplit(dataset, { kind: 'speakers', fold: 1, folds: 3 }))).toEqual(
      ids(bySpeaker[1] ?? dataset),
    )
    const { train, valid, test } = applySplit(dataset, { kind: 'all' }).splits
    expect(sorted(numbersOf(train))).toEqual(upTo(40))
    expect([valid.ids, test.ids]).toEqual([train.ids, train.ids])
    expect(ids(applySplit(dataset, { kind: 'speakers' }))).toEqual(
      ids(randomSplitsBySpeaker(dataset)),
    )
  })

  it('is refused with the key at fault', () => {
    expect(() => applySplit(dataset, { kind: 'folds', fold: 0, folds: 1 })).toThrow(
      /data\.split, folds: is invalid/,
    )
    // @ts-expect-error no such kind
    expect(() => applySplit(dataset, { kind: 'speaker' })).toThrow(/Did you mean "speakers"/)
  })

  it('may train on validation data too, and says so', () => {
    const merged = mergeTrainValid(dataset)
    const { train, valid, test } = dataset.splits
    expect(merged.splits.train.ids).toEqual([...train.ids, ...valid.ids])
    expect(merged.splits.valid).toBe(valid)
    expect(merged.splits.test).toBe(test)
    expect(merged.notes.at(-1)).toMatch(/figures on validation are of seen samples/)
  })
})
