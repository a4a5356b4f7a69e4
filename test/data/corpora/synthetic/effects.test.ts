/** The effects of a synthetic corpus, as a linear probe measures them in its features. */
import { describe, expect, it } from 'vitest'
import { synthesise } from '../../../../src/data/corpora/synthetic/index.js'
import { modalities } from '../../../../src/data/dataset.js'
import { explained, probe } from '../../../support/data/probe.js'
import { readSample, readSteps } from '../../../support/datasets.js'
import { bestLag, none, probes, sentiments, small } from './probes.js'

describe('the effects are in the features, as a linear probe measures them', () => {
  const plain = probes({})

  it('without any, each modality tells the truth: text most, then vision, then audio', () => {
    expect(plain.text).toBeGreaterThan(0.85)
    expect(plain.vision).toBeGreaterThan(0.6)
    expect(plain.audio).toBeGreaterThan(0.4)
    expect(plain.text).toBeGreaterThan(plain.vision + 0.05)
    expect(plain.vision).toBeGreaterThan(plain.audio + 0.05)
    expect(plain.product - plain.all).toBeLessThan(0.02)
  })

  it('sarcasm hides the truth from each modality and from their sum, not from their product', () => {
    const { text, vision, audio, all, squares, product } = probes({ sarcasm: 0.3 })
    expect(Math.max(text, vision, audio)).toBeLessThan(0.6)
    expect(all).toBeGreaterThan(Math.max(text, vision, audio) + 0.08)
    expect(squares - all).toBeLessThan(0.03)
    expect(product).toBeGreaterThan(squares + 0.12)
    expect(product).toBeGreaterThan(0.75)
  })

  it('a sarcastic sample contradicts itself, and is meant badly', () => {
    const { latents, splits } = synthesise({
      samples: { train: 1000, valid: 0, test: 0 },
      effects: { ...none, sarcasm: 0.3, noise: 0 },
    })
    const sarcastic = latents.train.filter((latent) => latent.sarcastic)
    expect(sarcastic.length / 1000).toBeCloseTo(0.3, 1)
    for (const { words, voice, face, truth } of sarcastic) {
      expect((words[0] as number) * (voice[0] as number)).toBeLessThan(0)
      expect((words[0] as number) * (face[0] as number)).toBeLessThan(0)
      expect(truth[0]).toBeLessThan(0)
    }
    expect(latents.train.map(({ truth }) => truth[0])).toEqual(sentiments(splits.train))
  })

  it('offsets of speakers mislead the mean over time, not the change over time', () => {
    const { text, audio, vision, change } = probes({ speakerOffset: 2 })
    expect(text).toBeCloseTo(plain.text, 2)
    expect(audio).toBeLessThan(plain.audio - 0.2)
    expect(vision).toBeLessThan(plain.vision - 0.1)
    expect(change).toBeCloseTo(plain.change, 1)
    expect(change).toBeGreaterThan(audio + 0.2)
  })

  it('offsets are constant over time', () => {
    const read = (speakerOffset: number) => {
      const { splits } = synthesise({
        ...small,
        aligned: true,
        effects: { ...none, speakerOffset },
      })
      return readSample(splits.train.features.audio, 3)
    }
    const without = read(0)
    const offsets = read(1).map((value, place) => value - (without[place] as number))
    offsets.forEach((offset, place) => {
      expect(offset).toBeCloseTo(offsets[place % 16] as number, 4)
    })
    expect(Math.max(...offsets.map(Math.abs))).toBeGreaterThan(0.1)
  })

  it('voice and face come late by as many words as asked', () => {
    for (const misalignment of [0, 2]) {
      expect(bestLag({ ...none, misalignment }, 'audio')).toBe(misalignment)
      expect(bestLag({ ...none, misalignment }, 'vision')).toBe(misalignment)
    }
  })

  it('missing steps are zeros, or are cut out', () => {
    const whole = synthesise({ ...small, effects: none }).splits.train.features
    const zeroed = synthesise({ ...small, effects: { ...none, missing: 0.4 } }).splits.train
      .features
    const cut = synthesise({
      ...small,
      missingSteps: 'shorten',
      effects: { ...none, missing: 0.4 },
    }).splits.train.features
    for (const modality of modalities) {
      let lost = 0
      let steps = 0
      for (let sample = 0; sample < 40; sample++) {
        const rows = readSteps(whole[modality], sample)
        const withZeros = readSteps(zeroed[modality], sample)
        expect(withZeros).toHaveLength(rows.length)
        const kept = rows.filter((row, step) => {
          const gone = withZeros[step]?.every((value) => value === 0) ?? false
          if (!gone) expect(withZeros[step]).toEqual(row)
          else lost++
          steps++
          return !gone
        })
        if (kept.length > 0) expect(readSteps(cut[modality], sample)).toEqual(kept)
      }
      expect(lost / steps).toBeGreaterThan(0.3)
      expect(lost / steps).toBeLessThan(0.5)
    }
  })

  it('without noise everything is told, with more less', () => {
    expect(probes({ noise: 0 }).audio).toBeGreaterThan(0.95)
    expect(probes({ noise: 3 }).all).toBeLessThan(plain.all - 0.1)
  })
})

describe('the probe itself', () => {
  it('finds a line, and nothing in noise', () => {
    const inputs = Array.from({ length: 50 }, (_, row) => [row, (row * 7) % 11])
    const targets = inputs.map(([one = 0, other = 0]) => 2 * one - other + 3)
    expect(probe(inputs, targets, inputs, targets)).toBeGreaterThan(0.9999)
    expect(explained([1, 2, 3], [2, 2, 2])).toBeCloseTo(0)
  })
})
