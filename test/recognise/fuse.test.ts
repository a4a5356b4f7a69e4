/** Voice and face on one timeline. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fuse } from '../../src/recognise/fuse.js'
import type { Reading } from '../../src/recognise/recognition.js'
import { spansOf } from '../../src/recognise/spans.js'

const sum = (values: readonly number[] = []) => values.reduce((total, value) => total + value, 0)

const voice: Reading = {
  emotions: ['angry', 'sad', 'boredom'],
  estimates: [
    { start: 0, end: 2, probabilities: [0.4, 0.4, 0.2] },
    { start: 2, end: 3, probabilities: [0.1, 0.6, 0.3] },
  ],
}
const face: Reading = {
  emotions: ['sad', 'surprise', 'angry'],
  estimates: [{ start: 0, end: 1, probabilities: [0.2, 0.6, 0.2] }],
}

describe('fusing voice and face', () => {
  test('keeps the emotions that both know, in the order of the voice', () => {
    expect(fuse({ voice, face }, 3, 1).emotions).toEqual(['angry', 'sad'])
  })

  test('gives the geometric mean of both, renormalised, and one alone where the other is silent', () => {
    const sharp: Reading = {
      emotions: ['angry', 'sad'],
      estimates: [{ start: 0, end: 1, probabilities: [0.8, 0.2] }],
    }
    const { timeline } = fuse({ voice, face: sharp }, 3, 1)
    expect(timeline.map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
    // The voice says 1/2 and 1/2 of the shared ones, the face 0.8 and 0.2: sqrt(0.8) to sqrt(0.2).
    const ratio = Math.sqrt(0.8) / (Math.sqrt(0.8) + Math.sqrt(0.2))
    expect(timeline[0]?.probabilities?.[0]).toBeCloseTo(ratio, 12)
    expect(timeline[1]?.probabilities).toEqual(timeline[1]?.voice)
    expect(timeline[1]?.face).toBeUndefined()
    expect(timeline[2]?.probabilities?.[1]).toBeCloseTo(0.6 / 0.7, 12)
  })

  test('weighs estimates by how long they overlap a moment', () => {
    const halves: Reading = {
      emotions: ['a', 'b'],
      estimates: [
        { start: 0, end: 0.25, probabilities: [1, 0] },
        { start: 0.25, end: 1, probabilities: [0, 1] },
      ],
    }
    const [share = 0] = fuse({ face: halves }, 1, 1).probabilities
    expect(share).toBeCloseTo(0.25, 2)
  })

  test('of one sense alone is that sense, with all of its emotions', () => {
    const { emotions, probabilities, alone } = fuse({ face }, 1, 1)
    expect(emotions).toEqual(face.emotions)
    expect(probabilities).toEqual(alone.face)
    expect(alone.voice).toBeUndefined()
  })

  test('leaves no moment too short to hear or see anything in', () => {
    const times = (duration: number) =>
      fuse({ face }, duration, 0.5).timeline.map(({ start, end }) => [start, end])
    expect(times(1.2)).toEqual([
      [0, 0.5],
      [0.5, 1.2],
    ])
    expect(times(1.3)).toEqual([
      [0, 0.5],
      [0.5, 1],
      [1, 1.3],
    ])
    expect(times(0.1)).toEqual([[0, 0.1]])
  })

  test('of nothing at all says so', () => {
    const nothing: Reading = { emotions: ['angry'], estimates: [] }
    const found = fuse({ voice: nothing }, 2, 0.5)
    expect(found).toMatchObject({ emotion: undefined, probabilities: [], alone: {} })
    expect(found.timeline).toHaveLength(4)
    expect(spansOf(found)).toEqual([{ start: 0, end: 2, emotion: undefined, probability: 0 }])
  })

  test('one sense that is certain does not rule out what the other hears', () => {
    const certain: Reading = {
      emotions: ['angry', 'sad'],
      estimates: [{ start: 0, end: 1, probabilities: [0, 1] }],
    }
    const { probabilities } = fuse({ voice, face: certain }, 1, 1)
    expect(probabilities[0]).toBeGreaterThan(0.01)
  })

  test('gives probabilities whatever the estimates are', () => {
    const estimate = fc
      .tuple(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
      )
      .map(([start, length, probabilities]) => ({ start, end: start + length, probabilities }))
    const reading = fc.array(estimate, { minLength: 1, maxLength: 8 }).map(
      (estimates): Reading => ({
        emotions: ['a', 'b', 'c'],
        estimates: estimates.sort((before, after) => before.start - after.start),
      }),
    )
    fc.assert(
      fc.property(
        reading,
        reading,
        fc.double({ min: 0.1, max: 20, noNaN: true }),
        (one, other, duration) => {
          const { timeline, probabilities } = fuse({ voice: one, face: other }, duration, 0.5)
          if (probabilities.length > 0) expect(sum(probabilities)).toBeCloseTo(1, 9)
          for (const moment of timeline) {
            if (moment.probabilities) expect(sum(moment.probabilities)).toBeCloseTo(1, 9)
            else expect(moment.voice ?? moment.face).toBeUndefined()
          }
          expect(timeline.at(-1)?.end).toBeLessThanOrEqual(duration + 1e-9)
        },
      ),
    )
  })
})

describe('a timeline in few words', () => {
  test('joins moments of the same emotion', () => {
    const timeline = [
      [0.9, 0.1],
      [0.7, 0.3],
      [0.2, 0.8],
    ].map((probabilities, at) => ({ start: at, end: at + 1, probabilities }))
    expect(spansOf({ emotions: ['angry', 'sad'], timeline })).toEqual([
      { start: 0, end: 2, emotion: 'angry', probability: 0.8 },
      { start: 2, end: 3, emotion: 'sad', probability: 0.8 },
    ])
  })
})
