/** Features brought to words, and what a recipe needs. */
import { describe, expect, test } from 'vitest'
import { alignToWords } from '../../../src/media/extract/align.js'
import { openExtractor } from '../../../src/media/extract/index.js'
import { recipeNamed } from '../../../src/media/recipes/index.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { recording } from '../../support/recordings.js'
import { noise, open, sound } from './extracting.js'

describe('alignment to words', () => {
  const words = [
    { word: 'so', start: 0, end: 0.2 },
    { word: '(pause)', start: 0.2, end: 0.25 },
    { word: 'what', start: 0.4, end: 0.6 },
  ]
  const feature = {
    dataType: 'float32' as const,
    shape: [2],
    values: Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70),
    length: 4,
    times: Float64Array.of(0, 0.1, 0.3, 0.5),
  }

  test('is the mean of the steps within each word, NaN where there is none', () => {
    const { values, length, times } = alignToWords(feature, words, 'audio')
    expect([...values].map(Number)).toEqual([2, 20, Number.NaN, Number.NaN, 7, 70])
    expect(length).toBe(3)
    expect([...(times ?? [])]).toEqual([0.1, 0.225, 0.5])
  })

  test('of steps that have no times, or are no rows, is refused', () => {
    const { times: _, ...timeless } = feature
    expect(() => alignToWords(timeless, words, 'audio')).toThrow(
      /audio: cannot be aligned to words.*without times/,
    )
    expect(() => alignToWords({ ...feature, shape: [1, 2] }, words, 'vision')).toThrow(
      /got float32 \[1, 2\]/,
    )
  })

  test('needs words with times', async () => {
    const extractor = await open(sound({}, true))
    const source = recording({ channels: [noise(1, 'aligned')] })
    await expect(extractor.extract({ sound: { source } })).rejects.toThrow(/no words with times/)
    const { features } = await extractor.extract({ sound: { source }, words })
    expect(features.audio?.length).toBe(3)
  })
})

describe('what a recipe needs', () => {
  test.each([
    ['selfcross', /recipe selfcross needs words as glove\. Name word vectors/],
    ['mesm', /recipe mesm needs words as tokens\. Name the folder of a text encoder/],
  ])('%s says what is missing', async (name, message) => {
    await expect(openExtractor(nodeEngine, recipeNamed(name))).rejects.toThrow(message)
  })

  test('also models', async () => {
    const { text: _, ...recipe } = recipeNamed('compact')
    await expect(openExtractor(nodeEngine, recipe)).rejects.toThrow(/needs a face detector/)
  })
})
