/** Synthetic corpora: shape, labels, speakers, words and options. */
import { describe, expect, it } from 'vitest'
import { LimbicError } from '../../../../src/base/errors.js'
import { validateDataset } from '../../../../src/data/check.js'
import { iemocapClasses } from '../../../../src/data/corpora/iemocap.js'
import { moseiEmotions } from '../../../../src/data/corpora/mosei.js'
import {
  describeSynthetic,
  type SyntheticOptions,
  synthesise,
} from '../../../../src/data/corpora/synthetic/index.js'
import { modalities, splitNames } from '../../../../src/data/dataset.js'
import { probe } from '../../../support/data/probe.js'
import { readSample } from '../../../support/datasets.js'
import { none, sentiments, small } from './probes.js'

describe('a synthetic corpus', () => {
  it('is the same for the same options, read in any order, and another for another seed', () => {
    const numbers = (options: SyntheticOptions, order: (list: number[]) => number[]) => {
      const { splits } = synthesise({ ...small, ...options })
      const read = new Map<number, number[][]>()
      for (const sample of order([0, 1, 2, 3])) {
        const { features } = splits.test
        read.set(
          sample,
          modalities.map((modality) => readSample(features[modality], sample)),
        )
      }
      const { ids, rawText, targets } = splits.test
      return { ids, rawText, targets, read: [0, 1, 2, 3].map((sample) => read.get(sample)) }
    }
    const once = numbers({ seed: 7 }, (list) => list)
    expect(numbers({ seed: 7 }, (list) => list.reverse())).toEqual(once)
    const other = numbers({ seed: 8 }, (list) => list)
    expect(other.targets).not.toEqual(once.targets)
    expect(other.read).not.toEqual(once.read)
  })

  it('has the shape that was asked for, and says that it is synthetic', () => {
    const widths = { text: 30, audio: 7, vision: 3 }
    const options = { ...small, words: [4, 9] as const, rates: { audio: 4 }, widths }
    const dataset = synthesise(options)
    expect(dataset).toMatchObject({ synthetic: true, aligned: false })
    expect(dataset.name).toContain('synthetic')
    expect(dataset.notes).toEqual(describeSynthetic(options))
    expect(dataset.notes.join(' ')).toMatch(/^Synthetic data.*40 \/ 20 \/ 20 samples.*4 to 9/)
    for (const split of splitNames) {
      const { ids, features, rawText, targets } = dataset.splits[split]
      expect(ids).toHaveLength(small.samples[split])
      expect(new Set(ids).size).toBe(ids.length)
      rawText?.forEach((said, sample) => {
        const words = said.split(' ').length
        expect(words).toBeGreaterThanOrEqual(4)
        expect(words).toBeLessThanOrEqual(9)
        const lengths = modalities.map((modality) => features[modality]?.lengths[sample])
        expect(lengths).toEqual([words, words * 4, words * 3])
      })
      for (const modality of modalities) {
        expect(features[modality]?.width).toBe(widths[modality])
        const values = readSample(features[modality], 0)
        expect(values.every(Number.isFinite)).toBe(true)
      }
      expect(targets.sentiment?.every((value) => Math.abs(value) <= 3)).toBe(true)
    }
    const aligned = synthesise({ ...small, aligned: true })
    const { features } = aligned.splits.train
    expect(aligned.aligned).toBe(true)
    expect(features.audio?.lengths).toEqual(features.text?.lengths)
    expect(features.vision?.lengths).toEqual(features.text?.lengths)
  })

  it('has labels in the form of a known corpus where a preset is named', () => {
    const mosei = synthesise({ ...small, preset: 'mosei' })
    validateDataset(mosei, 'mosei')
    expect(mosei.emotionNames).toEqual(moseiEmotions)
    expect(mosei.notes.join(' ')).toMatch(/intensities from 0 to 3 of happy.* sentiment/)
    const { sentiment, emotions } = mosei.splits.train.targets
    const seen = new Set<number>()
    sentiment?.forEach((value, row) => {
      const six = [...(emotions?.subarray(6 * row, 6 * row + 6) ?? [])]
      for (const intensity of six) {
        expect(intensity >= 0 && intensity <= 3).toBe(true)
        expect(3 * intensity).toBeCloseTo(Math.round(3 * intensity), 5)
        if (intensity > 0) seen.add(Math.round(3 * intensity))
      }
      expect(six.some((intensity) => intensity > 0)).toBe(true)
      const [happy = 0, sad = 0, anger = 0, , disgust = 0, fear = 0] = six
      const expected = happy - sad - anger - disgust - fear
      expect(value).toBeCloseTo(Math.max(-3, Math.min(3, expected)), 5)
    })
    expect(seen.size).toBeGreaterThan(2)
    const plain = synthesise({ ...small, task: 'emotions', emotions: moseiEmotions })
    expect(plain.splits.train.targets.sentiment).toBeUndefined()
    expect(plain.splits.train.targets.emotions).toEqual(
      emotions?.map((intensity) => Number(intensity > 0)),
    )
    const iemocap = synthesise({ ...small, preset: 'iemocap', seed: 3 })
    expect(iemocap.classNames).toEqual(iemocapClasses)
    expect(new Set(iemocap.splits.train.targets.classes).size).toBe(7)
    expect(
      synthesise({ ...small, preset: 'iemocap', task: 'sentiment' }).classNames,
    ).toBeUndefined()
    expect(() => synthesise({ ...small, intensities: true })).toThrow(
      /synthetic corpus, intensities: .*the task 'emotions'/,
    )
    // @ts-expect-error no such preset
    expect(() => synthesise({ preset: 'meld' })).toThrow(/preset: no such preset.*got meld/)
  })

  it('tells its speakers, and how samples are spoken where that is wished', () => {
    const options = { ...small, widths: { audio: 4 }, effects: none }
    const { splits } = synthesise({ ...options, prosody: 6 })
    const { train } = splits
    expect(train.speakers?.[0]).toBe('speaker000')
    expect(new Set(train.speakers).size).toBe(2)
    expect(train.features.prosody?.width).toBe(6)
    expect(train.features.prosody?.lengths).toEqual(new Int32Array(40).fill(1))
    expect(synthesise(options).splits.train.features.prosody).toBeUndefined()
    // Without noise and habits it is the voice's feeling times a weight.
    const quiet = synthesise({ ...options, prosody: 2, effects: { ...none, noise: 0 } })
    const { prosody } = quiet.splits.train.features
    const weight = (readSample(prosody, 0)[0] ?? 0) / (quiet.latents.train[0]?.voice[0] as number)
    quiet.latents.train.forEach(({ voice }, row) => {
      expect(readSample(prosody, row)[0]).toBeCloseTo(weight * (voice[0] as number), 4)
    })
  })

  it('is a valid data set for every task, aligned or not', () => {
    for (const task of ['sentiment', 'emotions', 'classes'] as const) {
      for (const aligned of [true, false]) {
        expect(() => validateDataset(synthesise({ ...small, task, aligned }), task)).not.toThrow()
      }
    }
  })

  it('has no speaker in two splits', () => {
    const { splits } = synthesise({ samples: { train: 200, valid: 100, test: 100 } })
    const speakers = splitNames.map(
      (split) => new Set(splits[split].ids.map((id) => id.replace(/\[\d+\]$/, ''))),
    )
    expect(speakers.map(({ size }) => size)).toEqual([10, 5, 5])
    expect(new Set(speakers.flatMap((own) => [...own])).size).toBe(20)
  })

  it('puts the feeling into words whose polarity the lexicon knows', () => {
    const { splits, lexicon } = synthesise({ ...small, effects: none })
    const polarity = new Map(lexicon.map(({ word, polarity }) => [word, polarity]))
    expect(polarity.size).toBe(lexicon.length)
    const said = splits.train.rawText?.map((text) => {
      const values = text.split(' ').map((word) => polarity.get(word) ?? Number.NaN)
      return [values.reduce((sum, value) => sum + value, 0) / values.length]
    })
    const truth = sentiments(splits.train)
    expect(probe(said ?? [], truth, said ?? [], truth)).toBeGreaterThan(0.85)
  })

  it('refuses options that are unknown or out of range, by name', () => {
    const refuse = (options: object, message: RegExp) => {
      expect(() => synthesise(options)).toThrow(LimbicError)
      expect(() => synthesise(options)).toThrow(message)
    }
    refuse({ effects: { sarcasm: 2 } }, /synthetic corpus, effects\.sarcasm: .*at most 1, got 2/)
    refuse({ effects: { irony: 1 } }, /irony/)
    refuse(
      { words: [9, 4] },
      /corpus, words: .*expected the least number of words first, got \[9,4\]/,
    )
    refuse({ aligned: true, missingSteps: 'shorten' }, /corpus, missingSteps: .*an aligned corpus/)
    refuse({ emotions: ['a', 'b', 'a'] }, /corpus, emotions: .*each name once/)
    refuse({ widths: { text: 0 } }, /corpus, widths\.text: /)
  })
})
