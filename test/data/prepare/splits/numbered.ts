/** Corpora whose every part tells the number of its sample. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { type Dataset, type Split, splitNames } from '../../../../src/data/dataset.js'
import { wholeFeature } from '../../../../src/data/feature.js'
import { readSample, sourceOf } from '../../../support/datasets.js'

/** Samples whose every part tells their number: text and prosody hold it, sample n has n % 3 + 1 steps. */
export function numbered(
  numbers: readonly number[],
  classes: readonly number[],
  speaker = (n: number) => n % 7,
): Split {
  const rows = numbers.map((n) => Array.from({ length: (n % 3) + 1 }, () => n))
  return {
    ids: numbers.map((n) => `speaker${speaker(n)}[${n}]`),
    rawText: numbers.map((n) => `words ${n}`),
    features: {
      text: sourceOf(1, rows),
      audio: sourceOf(1, rows),
      prosody: wholeFeature(2, Float32Array.from(numbers.flatMap((n) => [n, n / 2]))),
    },
    targets: {
      sentiment: Float32Array.from(numbers, (n) => (n % 7) - 3),
      classes: Int32Array.from(numbers, (n) => classes[n] ?? 0),
      emotions: Float32Array.from(numbers.flatMap((n) => [n, -n])),
    },
    speakers: numbers.map((n) => `speaker${speaker(n)}`),
  }
}

export function corpus(classes: readonly number[], speaker?: (n: number) => number): Dataset {
  const all = classes.map((_, n) => n)
  const [first, second] = [Math.floor(all.length / 2), Math.floor((all.length * 3) / 4)]
  return {
    name: 'numbers',
    synthetic: true,
    aligned: true,
    classNames: ['a', 'b', 'c'],
    emotionNames: ['plus', 'minus'],
    splits: {
      train: numbered(all.slice(0, first), classes, speaker),
      valid: numbered(all.slice(first, second), classes, speaker),
      test: numbered(all.slice(second), classes, speaker),
    },
    notes: [],
    close() {},
  }
}

/** Which samples a split holds; checks on the way that every part of it tells the same. */
export function numbersOf(split: Split): number[] {
  const numbers = split.ids.map((id) => Number(/\[(\d+)\]/.exec(id)?.[1]))
  numbers.forEach((n, row) => {
    const values = Array.from({ length: (n % 3) + 1 }, () => n)
    expect(readSample(split.features.text, row)).toEqual(values)
    expect(readSample(split.features.audio, row)).toEqual(values)
    expect(split.rawText?.[row]).toBe(`words ${n}`)
    expect([...(split.targets.emotions?.subarray(2 * row, 2 * row + 2) ?? [])]).toEqual([n, -n])
    expect(split.targets.sentiment?.[row]).toBe((n % 7) - 3)
    expect(readSample(split.features.prosody, row)).toEqual([n, n / 2])
    expect(split.ids[row]).toContain(`${split.speakers?.[row]}[`)
  })
  return numbers
}

export const allNumbers = (dataset: Dataset) =>
  splitNames.flatMap((name) => numbersOf(dataset.splits[name]))
export const sorted = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other)
export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)
export const drawnClasses = fc.array(fc.integer({ min: 0, max: 2 }), {
  minLength: 24,
  maxLength: 60,
})
export const seeds = fc.integer({ min: 0, max: 1000 })

/** How many samples of each class. */
export function classCounts(split: Split): number[] {
  const counts = [0, 0, 0]
  for (const label of split.targets.classes ?? []) counts[label] = (counts[label] ?? 0) + 1
  return counts
}
