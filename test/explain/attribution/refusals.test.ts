import { describe, expect, it } from 'vitest'
import {
  type ContributionOptions,
  explainContributions,
  trainingMeans,
} from '../../../src/faces/explain.js'
import { sourceOf } from '../../support/datasets.js'
import { baselines, modelOf, options, split } from '../../support/report/contributions.js'

describe('what cannot be explained', () => {
  const one = modelOf(({ text }) => [text])
  const asked = (more: Partial<ContributionOptions>, row = 0, model = one) =>
    explainContributions(model, split, row, { ...options, ...more })

  it('is said: a sample that is not there', async () => {
    await expect(asked({}, 1)).rejects.toThrowError(/no such sample in the split.*expected 0 to 0/)
  })

  it('is said: so many inputs that there is no end of their subsets', async () => {
    const many = Array.from({ length: 40 }, (_, input) => `input${input}`)
    await expect(asked({ inputs: many })).rejects.toThrowError(
      /too many inputs .*expected at most 12, got 40/,
    )
  })

  it('is said: a baseline of other features, or none', async () => {
    const wide = { ...baselines, text: new Float32Array(3) }
    await expect(asked({ baselines: wide })).rejects.toThrowError(
      /text.*expected 2 features.*got 3/,
    )
    await expect(asked({ baselines: {} })).rejects.toThrowError(/text.*got none/)
  })

  it('is said: no training samples to take means of, or not of every input', async () => {
    const empty = { ids: [], features: { text: sourceOf(2, []) }, targets: {} }
    const means = { mean: Float32Array.of(1, 2), deviation: Float32Array.of(1, 1) }
    await expect(trainingMeans(['text'], undefined, empty)).rejects.toThrowError(
      /the training split: there is no text to average/,
    )
    await expect(trainingMeans(['text', 'audio'], { text: means }, empty)).rejects.toThrowError(
      /no audio/,
    )
    expect(await trainingMeans(['text'], { text: means }, empty)).toEqual({ text: means.mean })
  })

  it('is said: windows that are none', async () => {
    for (const windows of [0, -1, 2.5, Number.NaN]) {
      await expect(asked({ windows })).rejects.toThrowError(
        /the number of windows must be positive.*got/,
      )
    }
  })

  it('is said: a model that gives something else, or no numbers', async () => {
    const two = modelOf(({ text }) => [text, text])
    await expect(asked({}, 0, two)).rejects.toThrowError(/expected \[28, 1\].*got \[28, 2\]/)
    const none = modelOf(() => [Number.NaN])
    await expect(asked({}, 0, none)).rejects.toThrowError(/finite numbers.*got NaN/)
  })
})
