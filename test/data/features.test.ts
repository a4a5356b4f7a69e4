import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { collateBatch } from '../../src/data/batch.js'
import { validateDataset } from '../../src/data/check.js'
import { openStore, writeStore } from '../../src/data/corpora/store/index.js'
import type { Dataset, Feature, Split } from '../../src/data/dataset.js'
import { zeros } from '../../src/data/feature.js'
import { concatSplits, subset } from '../../src/data/prepare/split/views.js'
import {
  fitStandardisation,
  standardiseSplit,
} from '../../src/data/prepare/standardise/standardise.js'
import { plainSplit, sourceOf } from '../support/datasets.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()

/** Two samples of one and two frames of [1, 2] bytes. */
const frames: Feature = {
  width: 2,
  shape: [1, 2],
  dataType: 'uint8',
  time: 'picture',
  lengths: Int32Array.of(1, 2),
  read(sample, target, offset) {
    for (let place = 0; place < 2 * (sample + 1); place++) {
      if (target instanceof Uint8Array) target[offset + place] = 10 * sample + place
    }
  },
}

/** One and two tokens. */
const tokens: Feature = {
  width: 1,
  shape: [],
  dataType: 'int64',
  lengths: Int32Array.of(1, 2),
  read(sample, target, offset) {
    for (let place = 0; place <= sample; place++) {
      if (target instanceof BigInt64Array) target[offset + place] = BigInt(7 + place)
    }
  },
}

/** A feature that is there a little later. */
function later(feature: Feature): Feature {
  return {
    ...feature,
    read: async (sample, target, offset) => {
      await new Promise((resolve) => setTimeout(resolve, 2 - sample))
      await feature.read(sample, target, offset)
    },
  }
}

const split: Split = {
  ids: ['a', 'b'],
  features: {
    text: sourceOf(1, [[1], [2, 3]]),
    frames,
    tokens,
    pose: {
      ...sourceOf(2, [
        [1, 2],
        [5, 2],
      ]),
      time: false,
    },
  },
  targets: { sentiment: Float32Array.of(1, -1), others: { affect: Float32Array.of(1, 2, 3, 4) } },
}
const dataset = (of: Split = split): Dataset => ({
  ...{ name: 'any', synthetic: true, aligned: false, notes: [], close: () => {} },
  splits: { train: of, valid: of, test: of },
})

describe('features of any shape and type', () => {
  test('stand in a batch as they are, padded along time where they have one', async () => {
    const rows = Int32Array.of(0, 1)
    const { features, padding } = await collateBatch(split, rows, Object.keys(split.features))
    expect(features.frames).toMatchObject({ dataType: 'uint8', shape: [2, 2, 1, 2], steps: 2 })
    expect(features.frames?.values).toEqual(Uint8Array.of(0, 1, 0, 0, 10, 11, 12, 13))
    expect(features.tokens).toMatchObject({ dataType: 'int64', shape: [2, 2] })
    expect(features.tokens?.values).toEqual(BigInt64Array.of(7n, 0n, 7n, 8n))
    expect(features.pose).toMatchObject({ shape: [2, 2], steps: 1 })
    expect(padding).toBeCloseTo(4 / 16, 10)
  })

  test('are the same in a batch when reading takes time', async () => {
    const names = Object.keys(split.features)
    const slow = Object.fromEntries(
      Object.entries(split.features).map(([name, feature]) => [name, later(feature)]),
    )
    const rows = Int32Array.of(1, 0)
    expect(await collateBatch({ ...split, features: slow }, rows, names)).toEqual(
      await collateBatch(split, rows, names),
    )
  })

  test('are standardised where they are float32, however they are read', async () => {
    const slow = {
      ...split,
      features: { ...split.features, text: later(sourceOf(1, [[1], [2, 3]])) },
    }
    const statistics = await fitStandardisation(slow)
    expect(Object.keys(statistics)).toEqual(['text', 'pose'])
    expect(statistics).toEqual(await fitStandardisation(split))
    const { features } = await collateBatch(
      standardiseSplit(slow, statistics),
      Int32Array.of(0, 1),
      ['text', 'pose', 'frames'],
    )
    const [low = 0] = features.text?.values ?? []
    expect(Number(low)).toBeCloseTo(-Math.sqrt(1.5), 6)
    expect(features.pose?.values).toEqual(Float32Array.of(-1, 0, 1, 0))
    expect(features.frames?.values[4]).toBe(10)
  })

  test('come along in parts of a split, and in several as one', () => {
    const whole = concatSplits([subset(split, [1]), subset(split, [0])])
    expect(plainSplit(whole)).toEqual(plainSplit(subset(split, [1, 0])))
  })

  test('are given back by a store as they were, however they are read', async () => {
    const path = join(folder, 'any')
    const slow = Object.fromEntries(
      Object.entries(split.features).map(([name, feature]) => [name, later(feature)]),
    )
    await writeStore(dataset({ ...split, features: slow }), path)
    for (const memoryLimit of [0, 1 << 20]) {
      const opened = openStore(path, { memoryLimit })
      expect(plainSplit(opened.splits.test)).toEqual(plainSplit(split))
      const { frames: read, pose } = opened.splits.test.features
      expect([read?.shape, read?.dataType, read?.time, pose?.time]).toEqual([
        [1, 2],
        'uint8',
        'picture',
        false,
      ])
      opened.close()
    }
  })

  test('that have names of other files no store holds', async () => {
    const taken = { ...split, features: { emotions: sourceOf(1, [[1], [2]]) } }
    await expect(writeStore(dataset(taken), join(folder, 'taken'))).rejects.toThrow(/got emotions/)
  })
})

describe('what features must be', () => {
  const mistake = (features: Split['features']) => () =>
    validateDataset(dataset({ ...split, features }), 'here')

  test('of one clock: of the same steps', () => {
    const other = { ...sourceOf(1, [[1], [2]]), time: 'picture' }
    expect(mistake({ frames, other })).toThrow(
      /here, split train, other, row 1 \(b\): features of one clock differ.*expected 2, as frames has, got 1/,
    )
  })

  test('without time: one step', () => {
    expect(mistake({ pose: { ...sourceOf(1, [[1], [2, 3]]), time: false } })).toThrow(
      /pose, row 1 \(b\): a feature without time is one step: got 2/,
    )
  })

  test('of a shape that holds their numbers', () => {
    expect(mistake({ frames: { ...frames, shape: [3, 2] } })).toThrow(
      /the shape of frames does not match its numbers: expected 2 numbers per step, got \[3, 2\]/,
    )
  })

  test('the same in every split', () => {
    const plain = { ...split, features: { tokens } }
    const floats = { ...split, features: { tokens: sourceOf(1, [[1], [2, 3]]) } }
    const mixed = { ...dataset(plain), splits: { train: plain, valid: floats, test: plain } }
    expect(() => validateDataset(mixed, 'here')).toThrow(
      /split valid: tokens differs.*expected \[\] int64, as in train, got 1 features/,
    )
    expect(zeros('int64', 2)).toEqual(BigInt64Array.of(0n, 0n))
  })
})
