/** The frames of single words, as a model of words and what happens while they are spoken reads them. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSequences } from '../../../../src/data/corpora/csd/index.js'
import { framesOfTimedRows } from '../../../../src/data/corpora/csd/word-frames.js'
import { openStore, writeStore } from '../../../../src/data/corpora/store/index.js'
import { checkDataset } from '../../../../src/learn/step/features.js'
import { raven } from '../../../../src/models/index.js'
import { readSample } from '../../../support/datasets.js'
import { files, folder } from './files.js'

const nan = Number.NaN
/** Rows of a tenth of a second from 0 on, of one number each. */
const tenths = (features: readonly number[]) => ({
  features: Float32Array.from(features),
  width: 1,
  intervals: Float64Array.from(features.flatMap((_, row) => [row / 10, (row + 1) / 10])),
})
const words = (...times: number[]) => Float64Array.from(times)

describe('the frames of words', () => {
  it('are means over equal times from the word’s first row on', () => {
    // Rows in the middle of 0.05, 0.15, ...: five in the first word, four in the second.
    const rows = tenths([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const table = framesOfTimedRows(words(0, 0.5, 0.5, 0.9), rows, { most: 3, rate: 5 }, nan)
    expect([...table]).toEqual([1.5, 3.5, 5, 3, 6.5, 8.5, nan, 2])
  })

  it('are cut to the most, and none where a word has no row', () => {
    const rows = tenths([1, 2, 3, 4])
    const given = words(0, 0.4, 2, 3, 0.1, 0.1)
    expect([...framesOfTimedRows(given, rows, { most: 2, rate: 10 }, 0)]).toEqual([
      ...[1, 2, 2],
      ...[0, 0, 0],
      ...[0, 0, 0],
    ])
  })

  it('leave out pauses in the rows, missing numbers, and rows without duration', () => {
    const rows = {
      features: Float32Array.of(5, nan, 3, 9, 7),
      width: 1,
      intervals: Float64Array.of(0.3, 0.4, 0, 0.1, 0.1, 0.2, 0.15, 0.15, 0.4, 0.5),
    }
    const table = framesOfTimedRows(words(0, 0.6), rows, { most: 3, rate: 5 }, nan)
    // In order of time: missing and 3, then 5 (0.3 to 0.4) alone, and 7.
    expect([...table]).toEqual([3, 5, 7, 3])
  })

  it('stand beside the means of the words, and come back from a store', async () => {
    const dataset = await openSequences({ ...(await files()), frames: { most: 3, rate: 2 } })
    const { features } = dataset.splits.train
    expect(features.audioFrames).toMatchObject({ width: 3, shape: [3, 1] })
    expect(readSample(features.audioFrames, 1)).toEqual([8, 10, nan, 12, 14, nan])
    expect(readSample(features.audioFrameCounts, 1)).toEqual([2, 2])
    expect(readSample(features.audio, 1)).toEqual([9, 13])
    expect(Object.keys(features).sort()).toEqual([
      'audio',
      'audioFrameCounts',
      'audioFrames',
      'text',
    ])
    const model = raven.configure({ frames: 3, modalities: ['text', 'audio'] })
    const path = join(folder, 'with-frames')
    await writeStore(
      { ...dataset, splits: { ...dataset.splits, valid: dataset.splits.test } },
      path,
    )
    dataset.close()
    const stored = await openStore(path)
    expect(readSample(stored.splits.train.features.audioFrames, 1)).toEqual([
      ...[8, 10, nan],
      ...[12, 14, nan],
    ])
    expect(() => checkDataset(stored, model)).not.toThrow()
    expect(() => checkDataset(stored, raven.configure({ modalities: ['text', 'audio'] }))).toThrow(
      /audioFrames.*\[time, 20, any\].*got float32 \[time, 3, 1\]/,
    )
    stored.close()
  })

  it('need words', async () => {
    const given = { ...(await files()), alignment: 'none', frames: { most: 3, rate: 2 } } as const
    await expect(openSequences(given)).rejects.toThrow(/frames need words to belong to/)
  })
})
