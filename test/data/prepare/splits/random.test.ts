/** Views of splits and random splits: nothing lost, nothing twice, shares of classes kept. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validateDataset } from '../../../../src/data/check.js'
import { splitNames } from '../../../../src/data/dataset.js'
import {
  concatSplits,
  type Fractions,
  randomSplits,
  randomSplitsBySpeaker,
  subset,
} from '../../../../src/data/prepare/split/index.js'
import { wholeOf } from '../../../../src/data/prepare/split/views.js'
import { plainSplit, sourceOf } from '../../../support/datasets.js'
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
