/** What the steps of a sample and windows of them are called. */
import { describe, expect, test } from 'vitest'
import type { Batch, BatchFeature } from '../../src/data/batch.js'
import { windowLabel, windowsOf } from '../../src/explain/attribution/windows.js'
import { labelSteps, wordsOf } from '../../src/explain/labels.js'

const sequence = (steps: number, lengths: number[], time?: false): BatchFeature => ({
  dataType: 'float32',
  values: new Float32Array(lengths.length * steps),
  shape: [lengths.length, steps, 1],
  width: 1,
  steps,
  lengths: Int32Array.from(lengths),
  ...(time === false && { time }),
})
/** Two samples: text of 3 and 2 words, twice as many steps of sound, prosody without time. */
const batch: Batch = {
  indices: Int32Array.of(0, 1),
  size: 2,
  features: {
    text: sequence(3, [3, 2]),
    audio: sequence(6, [6, 4]),
    prosody: sequence(1, [1, 1], false),
  },
  targets: {},
  padding: 0,
}
const words = ['so', 'good']
const unaligned = { words, aligned: false }

describe('labels of the steps of a sample', () => {
  test('are its words, without those of the padding', () => {
    expect(labelSteps(['text'], 3, batch, 1, unaligned)).toEqual(['so', 'good'])
  })

  test('are numbers where words and steps do not match', () => {
    expect(labelSteps(['text'], 3, batch, 0, unaligned)).toEqual(['1', '2', '3'])
    expect(labelSteps(['audio'], 6, batch, 1, unaligned)).toEqual(['1', '2', '3', '4'])
  })

  test('begin with the token that a model puts before them', () => {
    expect(labelSteps(['text'], 4, batch, 1, unaligned)).toEqual(['[token]', 'so', 'good'])
  })

  test('are those of the words for each modality that is aligned to them', () => {
    const features = { text: sequence(3, [3, 2]), audio: sequence(3, [3, 2]) }
    const aligned = { ...batch, features }
    expect(labelSteps(['audio'], 3, aligned, 1, { words, aligned: true })).toEqual(words)
    expect(labelSteps(['text', 'audio'], 3, aligned, 1, { words, aligned: true })).toEqual(words)
  })

  test('are all numbers on an axis of a size of its own, or of that size by chance', () => {
    expect(labelSteps(['text'], 5, batch, 1, unaligned)).toEqual(['1', '2', '3', '4', '5'])
    expect(labelSteps(['text'], 3, batch, 1, unaligned, true)).toEqual(['1', '2', '3'])
    expect(labelSteps(['text', 'audio'], 3, batch, 1, unaligned)).toEqual(['1', '2', '3'])
  })

  test('come from the text, whatever its spaces', () => {
    expect(wordsOf('  so \n good ')).toEqual(words)
    expect(wordsOf(undefined)).toEqual([])
  })
})

describe('labels of windows', () => {
  const numbers = Array.from({ length: 17 }, (_, step) => String(step + 1))

  test('are the words within, or the numbers of first and last step', () => {
    expect(windowLabel({ from: 1, to: 3 }, ['not', 'so', 'good'])).toBe('so good')
    expect(windowLabel({ from: 8, to: 17 }, numbers)).toBe('9–17')
    expect(windowLabel({ from: 4, to: 5 }, numbers)).toBe('5')
  })

  test('of all windows of a sequence cover each of its steps once', () => {
    expect(windowsOf(17, 4).map((window) => windowLabel(window, numbers))).toEqual([
      '1–4',
      '5–8',
      '9–12',
      '13–17',
    ])
  })
})
