import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collateBatch } from '../../../src/data/batch.js'
import type { Dataset, Split } from '../../../src/data/dataset.js'
import { wholeFeature } from '../../../src/data/feature.js'
import {
  fillMissing,
  fitFeature,
  fitStandardisation,
  standardiseDataset,
  standardiseFeature,
} from '../../../src/data/prepare/standardise/standardise.js'
import {
  datasetOf,
  readSample,
  type SplitContent,
  smallContent,
  sourceOf,
} from '../../support/datasets.js'

const standardised = async (dataset: Dataset) =>
  standardiseDataset(dataset, await fitStandardisation(dataset.splits.train))

const audioSplit = (samples: readonly (readonly number[])[], width: number): Split => ({
  ids: samples.map((_, row) => `${row}`),
  features: { audio: sourceOf(width, samples) },
  targets: {},
})

describe('standardisation', () => {
  it('is the mean and deviation over all true steps', async () => {
    const { audio } = await fitStandardisation(
      audioSplit(
        [
          [1, 10],
          [2, 20, 3, 30],
          [6, 40],
        ],
        2,
      ),
    )
    expect(audio?.mean).toEqual(Float32Array.of(3, 25))
    expect(audio?.deviation[0]).toBeCloseTo(Math.sqrt(3.5), 6)
    expect(audio?.deviation[1]).toBeCloseTo(Math.sqrt(125), 5)
  })

  it('takes features without time along, with the statistics of training', async () => {
    const content: SplitContent = { text: [[1, 2]], audio: [[1]], sentiment: [1] }
    const dataset = datasetOf(content, content, content)
    const { train, test } = dataset.splits
    const spokenThere = Float32Array.of(1, 7, 5, 7)
    const spoken = {
      ...dataset,
      splits: {
        train: { ...train, features: { prosody: wholeFeature(2, spokenThere) } },
        valid: { ...train, features: { prosody: wholeFeature(2, Float32Array.of(3, 8)) } },
        test,
      },
    }
    const { splits } = await standardised(spoken)
    expect(readSample(splits.train.features.prosody, 0)).toEqual([-1, 0])
    expect(readSample(splits.train.features.prosody, 1)).toEqual([1, 0])
    expect(readSample(splits.valid.features.prosody, 0)).toEqual([0, 1])
    expect(splits.test.features.prosody).toBeUndefined()
    expect([...spokenThere]).toEqual([1, 7, 5, 7])
  })

  it('gives mean 0 and deviation 1 to any features, and leaves scale alone where nothing varies', async () => {
    const step = fc.tuple(
      fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 128),
      fc.integer({ min: 1_000_000, max: 1_100_000 }),
      fc.constant(0.1),
    )
    const samples = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), {
      minLength: 2,
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(samples, async (drawn) => {
        const source = sourceOf(
          3,
          drawn.map((steps) => [...Float32Array.from(steps.flat())]),
        )
        const fitted = await fitStandardisation({ features: { audio: source } })
        if (fitted.audio === undefined) throw new Error('no statistics')
        expect(fitted.audio.deviation[2]).toBe(1)
        const { mean, deviation } = fitted.audio
        const raw = drawn.flatMap((_, row) => readSample(source, row))
        const scaled = drawn.flatMap((_, row) =>
          readSample(standardiseFeature(source, { mean, deviation }), row),
        )
        for (const feature of [0, 1, 2]) {
          const column = scaled.filter((_, at) => at % 3 === feature)
          const original = raw.filter((_, at) => at % 3 === feature)
          const average = column.reduce((sum, value) => sum + value, 0) / column.length
          const spread = Math.sqrt(
            column.reduce((sum, value) => sum + (value - average) ** 2, 0) / column.length,
          )
          // The mean is kept in float32: as far off as its rounding, in units of the deviation.
          const rounding = (Math.abs(mean[feature] ?? 0) * 1e-7) / (deviation[feature] ?? 1)
          expect(Math.abs(average)).toBeLessThan(1e-5 + rounding)
          const constant = original.every((value) => value === original[0])
          if (constant) expect(spread).toBe(0)
          else expect(spread).toBeCloseTo(1, 3)
        }
      }),
      { numRuns: 40 },
    )
  })

  const content = smallContent
  const shifted = {
    ...content,
    audio: content.audio.map((values) => values.map((value) => value + 100)),
  }

  it('takes its statistics from the training split alone', async () => {
    const dataset = await standardised(datasetOf(content, shifted, shifted))
    const [train, test] = [
      await fitStandardisation(dataset.splits.train),
      await fitStandardisation(dataset.splits.test),
    ]
    expect(train.audio?.mean[0]).toBeCloseTo(0, 6)
    expect(test.audio?.mean[0]).toBeCloseTo(100 / Math.sqrt(35 / 12), 4)
  })

  it('never touches padding: not in the statistics, nor when it is applied', async () => {
    const { train } = (await standardised(datasetOf(content, shifted, shifted))).splits
    const batch = await collateBatch(train, Int32Array.of(0, 1), ['audio'])
    expect(batch.features.audio?.shape).toEqual([2, 3, 1])
    expect([...(batch.features.audio?.values ?? [])].slice(1, 3)).toEqual([0, 0])
    const fitted = await fitStandardisation(datasetOf(content, content, content).splits.train)
    expect(fitted.audio?.mean[0]).toBe(3.5)
  })

  it('writes only to its own place, and refuses statistics of other features', () => {
    const source = sourceOf(1, [[4, 6]])
    const target = Float32Array.of(9, 9, 9, 9)
    standardiseFeature(source, { mean: Float32Array.of(5), deviation: Float32Array.of(2) }).read(
      0,
      target,
      1,
    )
    expect([...target]).toEqual([9, -0.5, 0.5, 9])
    const wrong = { mean: new Float32Array(2), deviation: new Float32Array(2) }
    expect(() => standardiseFeature(source, wrong)).toThrow('expected 1 features, got 2')
  })
})

describe('missing numbers', () => {
  const { NaN: nan } = Number
  const holed = [1, 10, nan, 30, 3, 20, 5, nan, 7, nan, nan, 40]
  const statisticsOf = (values: number[]) => fitFeature(sourceOf(2, [values]))

  it('stay out of the statistics, and become the mean', async () => {
    const statistics = await statisticsOf(holed)
    expect(statistics).toEqual(await statisticsOf([1, 10, 3, 30, 5, 20, 7, 40]))
    const standardised = readSample(standardiseFeature(sourceOf(2, [holed]), statistics), 0)
    expect(standardised.some(Number.isNaN)).toBe(false)
    expect([2, 7, 9, 10].map((place) => standardised[place])).toEqual([0, 0, 0, 0])
  })

  it('become the mean of training where nothing is standardised, too', async () => {
    const other = { ...smallContent, audio: [[nan], [2, nan, 4], [5, 6]] }
    const { splits } = await fillMissing(datasetOf(smallContent, other, other))
    // The mean of 1 to 6.
    expect(readSample(splits.test.features.audio, 0)).toEqual([3.5])
    expect(readSample(splits.test.features.audio, 1)).toEqual([2, 3.5, 4])
  })
})
