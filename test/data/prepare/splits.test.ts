import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateDataset } from '../../../src/data/check.js'
import { type Dataset, type Split, splitNames } from '../../../src/data/dataset.js'
import { wholeFeature } from '../../../src/data/feature.js'
import { openDataset } from '../../../src/data/open.js'
import {
  applySplit,
  concatSplits,
  type Fractions,
  kFolds,
  kFoldsBySpeaker,
  mergeTrainValid,
  randomSplits,
  randomSplitsBySpeaker,
  speakersOf,
  subset,
} from '../../../src/data/prepare/split/index.js'
import { wholeOf } from '../../../src/data/prepare/split/views.js'
import { plainSplit, readSample, sourceOf } from '../../support/datasets.js'
import { sharedPath } from '../../support/folders.js'

/** Samples whose every part tells their number: text and prosody hold it, sample n has n % 3 + 1 steps. */
function numbered(
  numbers: readonly number[],
  classes: readonly number[],
  speaker = (n: number) => n % 7,
): Split {
  const rows = numbers.map((n) => Array.from({ length: (n % 3) + 1 }, () => n))
  return {
    ids: numbers.map((n) => `speaker${speaker(n)}[${n}]`),
    rawText: numbers.map((n) => `words ${n}`),
    features: {
      text: sourceOf(1, rows),
      audio: sourceOf(1, rows),
      prosody: wholeFeature(2, Float32Array.from(numbers.flatMap((n) => [n, n / 2]))),
    },
    targets: {
      sentiment: Float32Array.from(numbers, (n) => (n % 7) - 3),
      classes: Int32Array.from(numbers, (n) => classes[n] ?? 0),
      emotions: Float32Array.from(numbers.flatMap((n) => [n, -n])),
    },
    speakers: numbers.map((n) => `speaker${speaker(n)}`),
  }
}

function corpus(classes: readonly number[], speaker?: (n: number) => number): Dataset {
  const all = classes.map((_, n) => n)
  const [first, second] = [Math.floor(all.length / 2), Math.floor((all.length * 3) / 4)]
  return {
    name: 'numbers',
    synthetic: true,
    aligned: true,
    classNames: ['a', 'b', 'c'],
    emotionNames: ['plus', 'minus'],
    splits: {
      train: numbered(all.slice(0, first), classes, speaker),
      valid: numbered(all.slice(first, second), classes, speaker),
      test: numbered(all.slice(second), classes, speaker),
    },
    notes: [],
    close() {},
  }
}

/** Which samples a split holds; checks on the way that every part of it tells the same. */
function numbersOf(split: Split): number[] {
  const numbers = split.ids.map((id) => Number(/\[(\d+)\]/.exec(id)?.[1]))
  numbers.forEach((n, row) => {
    const values = Array.from({ length: (n % 3) + 1 }, () => n)
    expect(readSample(split.features.text, row)).toEqual(values)
    expect(readSample(split.features.audio, row)).toEqual(values)
    expect(split.rawText?.[row]).toBe(`words ${n}`)
    expect([...(split.targets.emotions?.subarray(2 * row, 2 * row + 2) ?? [])]).toEqual([n, -n])
    expect(split.targets.sentiment?.[row]).toBe((n % 7) - 3)
    expect(readSample(split.features.prosody, row)).toEqual([n, n / 2])
    expect(split.ids[row]).toContain(`${split.speakers?.[row]}[`)
  })
  return numbers
}

const allNumbers = (dataset: Dataset) =>
  splitNames.flatMap((name) => numbersOf(dataset.splits[name]))
const sorted = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other)
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
const drawnClasses = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 24, maxLength: 60 })
const seeds = fc.integer({ min: 0, max: 1000 })

/** How many samples of each class. */
function classCounts(split: Split): number[] {
  const counts = [0, 0, 0]
  for (const label of split.targets.classes ?? []) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

describe('views of splits', () => {
  it('hold the samples that were asked for, put together or picked', () => {
    const { train, valid } = corpus([0, 1, 2, 0, 1, 2, 0, 1]).splits
    const both = concatSplits([train, valid])
    expect(numbersOf(both)).toEqual([0, 1, 2, 3, 4, 5])
    const some = subset(both, [5, 0, 3])
    expect(numbersOf(some)).toEqual([5, 0, 3])
    expect([...(some.targets.classes ?? [])]).toEqual([2, 0, 0])
    expect(() => subset(both, [6])).toThrow(/no such sample.*0 to 5.*got 6/)
  })

  it('leave out what only one part has, and refuse parts that differ', () => {
    const { train, valid } = corpus([0, 1, 2, 0, 1, 2, 0, 1]).splits
    const { rawText: _, speakers: __, ...wordless } = valid
    const both = concatSplits([train, wordless])
    expect(both.rawText).toBeUndefined()
    expect(both.speakers).toBeUndefined()
    const { prosody: ___, ...spoken } = valid.features
    expect(() => concatSplits([train, { ...valid, features: spoken }])).toThrow(
      /only some of the splits have prosody/,
    )
    const wide = {
      ...valid,
      features: {
        ...valid.features,
        text: sourceOf(2, [
          [1, 2],
          [1, 2],
        ]),
      },
    }
    expect(() => concatSplits([train, wide])).toThrow(
      /text differs.*expected float32 \[1\], got float32 \[2\]/,
    )
  })
})

describe('random splits', () => {
  it('hold every sample exactly once, spread the classes, and are the same for a seed', () => {
    fc.assert(
      fc.property(drawnClasses, seeds, (classes, seed) => {
        const dataset = corpus(classes)
        const fractions: Fractions = [0.6, 0.2, 0.2]
        const divided = randomSplits(dataset, { fractions, seed })
        validateDataset(divided, 'test')
        expect(sorted(allNumbers(divided))).toEqual(upTo(classes.length))
        // A call in between must not matter.
        randomSplits(dataset, { seed: seed + 1 })
        const again = randomSplits(dataset, { fractions, seed })
        splitNames.forEach((name, index) => {
          const [one, other] = [divided.splits[name], again.splits[name]]
          expect(plainSplit(one)).toEqual(plainSplit(other))
          const share = fractions[index] as number
          expect(Math.abs(one.ids.length - share * classes.length)).toBeLessThanOrEqual(1)
          const whole = classCounts(wholeOf(dataset))
          classCounts(one).forEach((count, label) => {
            expect(Math.abs(count - share * (whole[label] as number))).toBeLessThan(2)
          })
        })
      }),
      { numRuns: 40 },
    )
  })

  it('differ between seeds, and say what was done', () => {
    const dataset = corpus(upTo(40).map((n) => n % 3))
    const ids = (seed: number) => randomSplits(dataset, { seed }).splits.test.ids
    expect(ids(1)).not.toEqual(ids(2))
    expect(randomSplits(dataset, { seed: 4 }).notes).toEqual([
      'divided anew at random, 0.7 / 0.1 / 0.2, seed 4',
    ])
    expect(() => randomSplits(dataset, { fractions: [0.5, 0.1, 0.1] })).toThrow(/add up to 1/)
    expect(() => randomSplits(dataset, { fractions: [0.998, 0.001, 0.001] })).toThrow(
      /no sample is left for the split valid/,
    )
  })

  it('keep speakers apart where asked', () => {
    fc.assert(
      fc.property(
        drawnClasses,
        seeds,
        fc.integer({ min: 3, max: 9 }),
        (classes, seed, speakers) => {
          const dataset = corpus(classes, (n) => n % speakers)
          const divided = randomSplitsBySpeaker(dataset, { seed })
          expect(sorted(allNumbers(divided))).toEqual(upTo(classes.length))
          const heard = splitNames.map((name) => new Set(divided.splits[name].speakers))
          expect(heard.reduce((sum, set) => sum + set.size, 0)).toBe(speakers)
          expect(randomSplitsBySpeaker(dataset, { seed }).splits.test.ids).toEqual(
            divided.splits.test.ids,
          )
        },
      ),
      { numRuns: 40 },
    )
    expect(() => randomSplitsBySpeaker(corpus([0, 1, 2, 0], (n) => n % 2))).toThrow(
      /too few speakers.*at least 3, got 2/,
    )
  })
})

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
    expect(() => kFolds(dataset, { validFraction: 1 })).toThrow(/share for validation/)
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

describe('speakers', () => {
  const told = (...ids: string[]) => speakersOf({ ids, features: {}, targets: {} })

  it('are told from known ids', () => {
    expect(told('Ses01F_impro01_F000', 'Ses01F_impro01_M003', 'Ses05M_script01_1b_M017')).toEqual([
      'Ses01F',
      'Ses01M',
      'Ses05M',
    ])
    expect(told('Actor_01/03-01-06-01-02-01-01.wav', 'actor23$_$03-01-08-02-02-02-23')).toEqual([
      'actor1',
      'actor23',
    ])
    expect(told('03-01-06-01-02-01-12.wav', '03-01-06-01-02-01-12')).toEqual(['actor12', 'actor12'])
    expect(told('1DmNV9C1hbY$_$12', '_dI--eQ6qVU[3]', 'x_y_4', 'speaker012[7]')).toEqual([
      '1DmNV9C1hbY',
      '_dI--eQ6qVU',
      'x_y',
      'speaker012',
    ])
    expect(told('train-0', 'a[1]')).toBeUndefined()
  })

  it('are what the source says, where it says', () => {
    const split = { ids: ['a[1]'], speakers: ['Ann'], features: {}, targets: {} }
    expect(speakersOf(split)).toEqual(['Ann'])
    const nameless = corpus([0, 1, 2, 0, 1, 2, 0, 1])
    const anonymous = ({ speakers: _, ...split }: Split): Split => ({
      ...split,
      ids: split.ids.map((_, row) => `sample ${row}`),
    })
    const { train, valid, test } = nameless.splits
    const splits = { train: anonymous(train), valid: anonymous(valid), test: anonymous(test) }
    expect(() => randomSplitsBySpeaker({ ...nameless, splits })).toThrow(/who speaks is not known/)
  })

  const ravdess = sharedPath('data', 'ravdess', 'ravdess_av.pkl')
  it.skipIf(ravdess === undefined)(
    'of RAVDESS are its actors (needs the reference data)',
    async () => {
      const dataset = await openDataset(ravdess ?? '', { scan: false })
      const heard = splitNames.map((name) => new Set(speakersOf(dataset.splits[name])).size)
      expect(heard).toEqual([14, 3, 3])
      const [first] = kFoldsBySpeaker(dataset, { folds: 5 })
      expect(new Set(first && speakersOf(first.splits.test)).size).toBe(4)
      dataset.close()
    },
  )
})
