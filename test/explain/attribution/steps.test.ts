import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { windowsOf } from '../../../src/explain/attribution/windows.js'
import { effectLanes, explainContributions, type Runnable } from '../../../src/faces/explain.js'
import { sourceOf } from '../../support/datasets.js'
import {
  type InputName,
  modelOf,
  options,
  partsOf,
  split,
} from '../../support/report/contributions.js'

describe('effects of steps', () => {
  const sum = modelOf(({ text, audio }) => [text - audio])

  it('are what the score loses with each step, by its word or number', async () => {
    const { score, found } = await partsOf(sum)
    const [text, audio, vision] = score.steps
    expect(text?.windows).toEqual([
      { from: 0, to: 1, label: 'not', change: 3 },
      { from: 1, to: 2, label: 'so', change: 7 },
      { from: 2, to: 3, label: 'good', change: 11 },
    ])
    expect(audio?.windows.map(({ label }) => label)).toEqual(['1', '2', '3', '4', '5', '6', '7'])
    expect(audio?.windows.map(({ change }) => change)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((x) => 0.5 - x),
    )
    expect(vision?.length).toBe(2)
    const lanes = effectLanes(found, score)
    expect(lanes.map(({ title, kind }) => `${kind} ${title}`)).toEqual([
      'effect text',
      'effect audio',
      'effect vision',
    ])
    expect(lanes[1]?.length).toBeUndefined()
    expect(lanes[0]?.unit).toBe('sentiment')
  })

  it('are those of windows where a sequence is long', async () => {
    const { score, found } = await partsOf(sum, { windows: 2 })
    const [text, audio] = score.steps
    expect(text?.windows.map(({ label }) => label)).toEqual(['not', 'so good'])
    expect(text?.windows.map(({ change }) => change)).toEqual([3, 18])
    expect(audio?.windows.map(({ from, to, label }) => [from, to, label])).toEqual([
      [0, 3, '1–3'],
      [3, 7, '4–7'],
    ])
    expect(effectLanes(found, score)[1]?.length).toBe(7)
  })

  it('windows cover a sequence once, alike but for one step, and are never more than asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 80 }),
        (length, most) => {
          const windows = windowsOf(length, most)
          expect(windows).toHaveLength(Math.min(length, most))
          expect(
            windows.flatMap(({ from, to }) =>
              Array.from({ length: to - from }, (_, at) => from + at),
            ),
          ).toEqual(Array.from({ length }, (_, step) => step))
          const sizes = windows.map(({ from, to }) => to - from)
          if (length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })

  it('are computed in few batches of one length, in the order of the variants', async () => {
    const sizes: number[] = []
    const seen: [number, number][] = []
    const watched: Runnable = {
      run: (batch) => {
        sizes.push(batch.size)
        expect(batch.features.audio?.shape).toEqual([batch.size, 90, 1])
        expect(new Set(batch.features.audio?.lengths)).toEqual(new Set([90]))
        return sum.run(batch)
      },
    }
    const long = { ...split, features: { audio: sourceOf(1, [Array(90).fill(1)]) } }
    const read: InputName[] = ['audio']
    const onBatch = (done: number, all: number) => seen.push([done, all])
    await explainContributions(watched, long, 0, { ...options, inputs: read, onBatch })
    expect(sizes).toEqual([62])
    const more = { ...options, inputs: read, windows: 90, onBatch }
    await explainContributions(watched, long, 0, more)
    expect(sizes).toEqual([62, 64, 28])
    expect(seen).toEqual([
      [1, 1],
      [1, 2],
      [2, 2],
    ])
  })
})
