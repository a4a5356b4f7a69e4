/** Features brought to words, and what a recipe needs. */
import { describe, expect, test } from 'vitest'
import { alignToWords, wordFrames } from '../../../src/media/extract/align.js'
import { openExtractor } from '../../../src/media/extract/index.js'
import { partOfRecipe, recipeNamed, recipeSchema } from '../../../src/media/recipes/index.js'
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

  test('can keep the frames of each word beside their mean', () => {
    const { audioFrames, audioFrameCounts } = wordFrames(feature, words, 'audio', {
      ...{ most: 2, rate: 10 },
    })
    const nan = Number.NaN
    expect(audioFrames?.shape).toEqual([2, 2])
    expect([...(audioFrames?.values ?? [])].map(Number)).toEqual([
      ...[1, 10, 3, 30],
      ...[nan, nan, nan, nan],
      ...[7, 70, nan, nan],
    ])
    expect(audioFrameCounts).toMatchObject({ dataType: 'int64', shape: [], length: 3 })
    expect(audioFrameCounts?.values).toEqual(BigInt64Array.of(2n, 0n, 1n))
  })

  test('counts no frames where there is nothing to be aligned', () => {
    const counted = wordFrames(undefined, words, 'vision', { most: 2, rate: 10 })
    expect(Object.keys(counted)).toEqual(['visionFrameCounts'])
    expect(counted.visionFrameCounts?.values).toEqual(new BigInt64Array(3))
  })

  test('keeps frames where its recipe says so, as raven reads them', async () => {
    const recipe = recipeSchema.parse({ ...sound({}, true), frames: { most: 5, rate: 20 } })
    const extractor = await open(recipe)
    const source = recording({ channels: [noise(1, 'aligned')] })
    const { features } = await extractor.extract({ sound: { source }, words })
    const width = features.audio?.shape[0] ?? 0
    expect(Object.keys(features)).toEqual(['audioFrames', 'audioFrameCounts', 'audio'])
    expect(features.audioFrames?.shape).toEqual([5, width])
    // 50 ms a frame: four in the first word, one in the pause, four in the third.
    expect(features.audioFrameCounts?.values).toEqual(BigInt64Array.of(4n, 1n, 4n))
    expect(partOfRecipe(recipe, ['audioFrames', 'audioFrameCounts']).audio).toBe(recipe.audio)
    expect(partOfRecipe(recipe, ['visionFrames']).audio).toBeUndefined()
    const loose = { ...sound({}, false), frames: { most: 5, rate: 20 } }
    expect(() => recipeSchema.parse(loose)).toThrow(/need an aligned recipe/)
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
