/** Lessons as a file: what is read is what was written, and what is damaged is refused. */
import { describe, expect, test } from 'vitest'
import { decodeSafetensors } from '../../../src/formats/safetensors/decode.js'
import { encodeSafetensors } from '../../../src/formats/safetensors/encode.js'
import {
  decodeLessons,
  encodeLessons,
  type Lessons,
} from '../../../src/studio/page/teach/lessons-file.js'

const lessons: Lessons = {
  labels: ['happy', 'sad'],
  takes: [
    { label: 1, rows: [{ voice: [-0.1, -2], face: [-1, -0.4] }] },
    {
      label: 0,
      rows: [],
      features: new Map([
        ['audio', { values: Float32Array.of(1, Number.NaN, 3, 4), steps: 2 }],
        ['text', { values: BigInt64Array.of(5n, 6n), steps: 2 }],
        ['vision', { values: Uint8Array.of(1, 2, 3), steps: 1 }],
      ]),
    },
  ],
  taught: {
    learner: { kind: 'layers', last: 'all' },
    weights: new Map([['head.weight', Float32Array.of(0.1, -2)]]),
    base: 'abc',
    answers: [
      {
        label: 0,
        before: { said: 'sad (60%)', isRight: false, share: 0.4 },
        after: { said: '+1.2', isRight: true },
      },
    ],
    ...{ takes: 4, epochs: 17, folds: 2 },
  },
  isUsed: true,
  learning: { kind: 'fusion' },
}

type Description = Record<string, unknown>

/** A file of lessons whose description was changed. */
function changed(change: (description: Description) => void): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(encodeLessons(lessons, 'starter'), 'x')
  const description = JSON.parse(metadata.lessons ?? '')
  change(description)
  return encodeSafetensors(tensors, { ...metadata, lessons: JSON.stringify(description) })
}

describe('a file of lessons', () => {
  test('holds all of them, with every number as it was', () => {
    expect(decodeLessons(encodeLessons(lessons, 'starter'), 'starter', 'x')).toEqual(lessons)
    const bare = { labels: [], takes: [], isUsed: false }
    expect(decodeLessons(encodeLessons(bare, 'other'), 'other', 'x')).toEqual(bare)
  })

  test('of another model is refused', () => {
    const bytes = encodeLessons(lessons, 'starter')
    expect(() => decodeLessons(bytes, 'another', 'taught.safetensors')).toThrow(
      /taught\.safetensors: holds takes of another model/,
    )
  })

  test.each([
    [
      'a label that has no name',
      (given: Description) => {
        given.labels = ['happy']
      },
    ],
    [
      'a key that nobody knows',
      (given: Description) => {
        given.more = 1
      },
    ],
    [
      'no takes',
      (given: Description) => {
        delete given.takes
      },
    ],
    [
      'more steps than numbers',
      (given: Description) => {
        given.takes = [{ label: 0, rows: [], features: { audio: 3 } }]
      },
    ],
    [
      'features that are not there',
      (given: Description) => {
        given.takes = [{ label: 0, rows: [], features: { other: 1 } }]
      },
    ],
    [
      'layers that cannot be counted',
      (given: Description) => {
        given.learning = { kind: 'layers', last: -1 }
      },
    ],
  ] as const)('with %s is refused', (_, change) => {
    const bytes = changed(change)
    expect(() => decodeLessons(bytes, 'starter', 'taught.safetensors')).toThrow(
      /^taught\.safetensors/,
    )
  })

  test('cut anywhere is refused', () => {
    const bytes = encodeLessons(lessons, 'starter')
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeLessons(bytes.slice(0, length), 'starter', 'x')).toThrow(/^x/)
    }
  })
})
