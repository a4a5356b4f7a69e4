/** Computational sequences as a data set: alignment, pauses, invalid and missing rows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSequences } from '../../../../src/data/corpora/csd/index.js'
import { splitNames } from '../../../../src/data/dataset.js'
import { readSample } from '../../../support/datasets.js'
import { sharedPath } from '../../../support/folders.js'
import { files, samples, write } from './files.js'

describe('a corpus of computational sequences', () => {
  it('is aligned to words and cut to label segments', async () => {
    const dataset = await openSequences(await files())
    expect(dataset).toMatchObject({ name: 'labels', aligned: true, synthetic: false, notes: [] })
    expect(samples(dataset)).toEqual([
      { id: 'a[0]', text: [1, 1, 2, 2], audio: [1, 5], rawText: 'so', sentiment: -1 },
      { id: 'a[1]', text: [3, 3, 4, 4], audio: [9, 13], rawText: 'very good', sentiment: 2.5 },
    ])
    expect(dataset.splits.valid.ids).toEqual([])
    expect(dataset.splits.test.ids).toEqual(['b[0]', 'b[1]'])
    dataset.close()
  })

  it('keeps each modality at its own rate where asked', async () => {
    const dataset = await openSequences({ ...(await files()), alignment: 'none' })
    expect(dataset.aligned).toBe(false)
    expect([...(dataset.splits.train.features.audio?.lengths ?? [])]).toEqual([4, 4])
    expect(samples(dataset)[1]).toMatchObject({ text: [3, 3, 4, 4], audio: [8, 10, 12, 14] })
    dataset.close()
  })

  it('leaves out pauses where asked, from every aligned modality or from the text', async () => {
    const given = { ...(await files()), pauses: 'remove' } as const
    const aligned = await openSequences(given)
    expect(samples(aligned)[0]).toMatchObject({ text: [1, 1], audio: [1] })
    aligned.close()
    const unaligned = await openSequences({ ...given, alignment: 'none' })
    expect(samples(unaligned)[0]).toMatchObject({ text: [1, 1], audio: [0, 2, 4, 6] })
    unaligned.close()
    const { words: _, ...wordless } = given
    await expect(openSequences(wordless)).rejects.toThrow(
      /pauses cannot be distinguished from words/,
    )
  })

  it('replaces and counts invalid numbers, or refuses them', async () => {
    const { NaN: nan, POSITIVE_INFINITY: infinite } = Number
    const given = await files([nan, 2, 4, -infinite, 8, 10, 12, 14])
    const dataset = await openSequences({ ...given, invalid: 'zero' })
    expect(samples(dataset)[0]?.audio).toEqual([1, 2])
    expect(dataset.notes).toEqual(['audio: 4 invalid numbers (NaN or infinite) read as 0'])
    dataset.close()
    const lazy = await openSequences({ ...given, invalid: 'zero', scan: false, cacheBytes: 0 })
    expect(lazy.notes).toEqual([])
    samples(lazy)
    samples(lazy)
    expect(lazy.notes).toEqual(['audio: 2 invalid numbers (NaN or infinite) read as 0'])
    lazy.close()
    await expect(openSequences({ ...given, invalid: 'refuse' })).rejects.toThrow(
      /audio-\d+\.csd, entry a, row 0, feature 0: a feature is not a finite number/,
    )
  })

  it('leaves invalid numbers out of averages', async () => {
    const dataset = await openSequences(await files([Number.NaN, 2, 4, 6, 8, 10, 12, 14]))
    expect(samples(dataset)[0]?.audio).toEqual([2, 5])
    dataset.close()
  })

  it('has nothing where a modality has no row, or zeros if asked, and says so', async () => {
    const given = await files()
    const sound = {
      features: [[5], [7]],
      intervals: [
        [0, 1],
        [2.5, 2.75],
      ],
    }
    const audio = await write('audio', { a: sound, b: sound })
    const missing = await openSequences({ ...given, audio })
    expect(samples(missing)[0]?.audio).toEqual([5, Number.NaN])
    expect(missing.notes).toEqual([
      'audio: 4 words without rows are missing: they become the mean of training',
    ])
    missing.close()
    const dataset = await openSequences({ ...given, audio, invalid: 'zero' })
    expect(samples(dataset).map((sample) => sample.audio)).toEqual([
      [5, 0],
      [7, 0],
    ])
    expect(dataset.notes).toEqual(['audio: 4 words without rows are filled with zeros'])
    dataset.close()
  })

  it('leaves out what is incomplete, and says so', async () => {
    const given = await files()
    const labels = {
      features: [[1], [Number.NaN], [2]],
      intervals: [
        [0, 2],
        [2, 4],
        [9, 10],
      ],
    }
    const dataset = await openSequences({
      ...given,
      labels: await write('labels', { a: labels, b: labels, c: labels }),
      split: { train: ['a'], valid: ['gone'], test: [] },
    })
    expect(dataset.splits.train.ids).toEqual(['a[0]'])
    expect(dataset.notes).toEqual([
      '1 of the 2 videos of the split are not in all files',
      '2 videos with labels are in no split and are not used',
      '1 segments have no rows in some sequence and are left out',
      '1 segments have invalid labels and are left out',
    ])
    dataset.close()
    const split = { train: ['gone'], valid: [], test: [] }
    await expect(openSequences({ ...given, split })).rejects.toThrow(/no sample is left/)
  })
})

describe('real and reference corpora', () => {
  it('aligned to words and cut to segments, the reference numbers come out as samples', async ({
    skip,
  }) => {
    const golden = sharedPath('golden', 'align')
    if (golden === undefined) return skip('no golden/align (set LIMBIC_SHARED)')
    const expected = JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')).segments
    const at = (name: string) => join(golden, `${name}.csd`)
    const dataset = await openSequences({
      text: at('text'),
      audio: at('audio'),
      vision: at('vision'),
      words: at('words'),
      labels: at('labels'),
      split: { train: ['vidA', 'vid-B_2'], valid: ['vidC'], test: [] },
    })
    let compared = 0
    for (const { ids, features, targets } of Object.values(dataset.splits)) {
      ids.forEach((id, sample) => {
        for (const modality of ['text', 'audio', 'vision'] as const) {
          const values: number[] = expected[modality][id][0].flat()
          const found = readSample(features[modality], sample)
          expect(found.length).toBe(values.length)
          const errors = values.map((value, place) => Math.abs(value - (found[place] as number)))
          expect(Math.max(...errors)).toBeLessThan(5e-7)
        }
        expect(targets.sentiment?.[sample]).toBeCloseTo(expected.labels[id][0][0][0], 6)
        compared++
      })
    }
    expect(compared).toBe(Object.keys(expected.text).length)
    dataset.close()
  })

  it('utterance features that match row by row come out as they are', async ({ skip }) => {
    const mosi = sharedPath('data', 'mosi')
    if (mosi === undefined) return skip('no data/mosi (set LIMBIC_SHARED)')
    const at = (name: string) => join(mosi, `${name}.csd`)
    const dataset = await openSequences({
      name: 'CMU-MOSI',
      text: at('text'),
      audio: at('audio'),
      vision: at('vision'),
      labels: at('labels'),
      split: join(mosi, 'split.json'),
    })
    const transcripts = readFileSync(join(mosi, 'transcripts.csv'), 'utf8')
    const ids = new Set(transcripts.match(/^[^,\n]+\$_\$\d+,/gm))
    const sizes = splitNames.map((name) => dataset.splits[name].ids.length)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(ids.size)
    expect(Math.min(...sizes)).toBeGreaterThan(100)
    for (const { features, targets } of Object.values(dataset.splits)) {
      for (const [modality, width] of [
        ['text', 100],
        ['audio', 73],
        ['vision', 100],
      ] as const) {
        expect(features[modality]?.width).toBe(width)
        expect(new Set(features[modality]?.lengths)).toEqual(new Set([1]))
      }
      expect(new Set(targets.sentiment)).toEqual(new Set([-1, 1]))
    }
    expect(dataset.notes).toEqual([])
    dataset.close()
  })
})
