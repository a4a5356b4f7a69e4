import { describe, expect, test } from 'vitest'
import type { Split } from '../../../src/data/dataset.js'
import { type Feature, wholeFeature } from '../../../src/data/feature.js'
import {
  droppedModalities,
  missingShares,
  withMissing,
} from '../../../src/data/prepare/missing/missing.js'

const lengths = Int32Array.of(2, 3)
const counting = (width: number): Feature<Float32Array> => ({
  width,
  lengths,
  read(sample, target, offset) {
    for (let place = 0; place < (lengths[sample] ?? 0) * width; place++) {
      target[offset + place] = place + 1
    }
  },
})
const split: Split = {
  ids: ['a', 'b'],
  features: {
    text: counting(1),
    audio: counting(2),
    prosody: wholeFeature(2, Float32Array.of(1, 2, 3, 4)),
  },
  targets: {},
}
const read = ({ features }: Split, name: string, sample: number) => {
  const feature = features[name]
  const values = new Float32Array((feature?.lengths[sample] ?? 0) * (feature?.width ?? 0)).fill(9)
  feature?.read(sample, values, 0)
  return Array.from(values)
}

describe('a missing input', () => {
  const gone = (name: string, sample: number) => name !== 'text' && sample === 1
  const timed = (text: string, audio: string) => [
    { name: 'text', time: text },
    { name: 'audio', time: audio },
    { name: 'prosody' },
  ]
  const [apart, together] = [timed('text_time', 'audio_time'), timed('time', 'time')]

  test('is one step of the training mean where its steps are its own', () => {
    const without = withMissing(split, gone, apart)
    expect(Array.from(without.features.audio?.lengths ?? [])).toEqual([2, 1])
    expect(read(without, 'audio', 1)).toEqual([0, 0])
    expect(read(without, 'audio', 0)).toEqual([1, 2, 3, 4])
  })

  test('keeps the steps that it shares with others', () => {
    const without = withMissing(split, gone, together)
    expect(Array.from(without.features.audio?.lengths ?? [])).toEqual([2, 3])
    expect(read(without, 'audio', 1)).toEqual([0, 0, 0, 0, 0, 0])
    expect(read(without, 'text', 1)).toEqual([1, 2, 3])
  })

  test('without time is zeros', () => {
    const without = withMissing(split, gone, together)
    expect(read(without, 'prosody', 1)).toEqual([0, 0])
    expect(read(without, 'prosody', 0)).toEqual([1, 2])
  })
})

describe('shares of missing inputs', () => {
  const chosen = (share: number, seed = 1) => {
    const missing = missingShares(50, { audio: share }, seed)
    return Array.from({ length: 50 }, (_, sample) => sample).filter((sample) =>
      missing('audio', sample),
    )
  }

  test('are exact, and grow', () => {
    expect(chosen(0)).toEqual([])
    expect(chosen(0.3)).toHaveLength(15)
    expect(chosen(1)).toHaveLength(50)
    expect(chosen(0.6)).toEqual(expect.arrayContaining(chosen(0.3)))
  })

  test('depend on the seed, and leave other inputs alone', () => {
    expect(chosen(0.3, 2)).not.toEqual(chosen(0.3, 1))
    expect(missingShares(5, { audio: 1 }, 0)('text', 3)).toBe(false)
  })
})

describe('modality dropout', () => {
  const names = ['text', 'audio', 'vision']
  const rows = (probability: number, epoch = 1) => {
    const missing = droppedModalities(4000, names, probability, 7, epoch)
    return Array.from({ length: 4000 }, (_, sample) => names.map((name) => missing(name, sample)))
  }

  test('drops each modality as often as asked, but for the one that stays', () => {
    const [text = 0] = names.map((_, place) => rows(0.3).filter((row) => row[place]).length / 4000)
    // All three are drawn in 0.027 of the samples, and one of them stays.
    expect(text).toBeCloseTo(0.3 - 0.027 / 3, 1)
    expect(rows(0)).toEqual(rows(0).map(() => [false, false, false]))
  })

  test('never drops everything, even at 1', () => {
    expect(rows(1).every((row) => row.filter(Boolean).length === 2)).toBe(true)
  })

  test('drops the inputs of a modality together', () => {
    const inputs = ['text', 'audioFrames', 'audioFrameCounts', 'audiobook']
    const missing = droppedModalities(500, inputs, 0.5, 7, 1)
    const dropped = (name: string) => Array.from({ length: 500 }, (_, at) => missing(name, at))
    expect(dropped('audioFrames')).toEqual(dropped('audioFrameCounts'))
    expect(dropped('audioFrames')).not.toEqual(dropped('audiobook'))
    expect(dropped('audioFrames')).toContain(true)
  })

  test('changes with the epoch and not from run to run', () => {
    expect(rows(0.3, 1)).toEqual(rows(0.3, 1))
    expect(rows(0.3, 1)).not.toEqual(rows(0.3, 2))
  })
})
