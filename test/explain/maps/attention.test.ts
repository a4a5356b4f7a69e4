import { describe, expect, it } from 'vitest'
import type { Batch } from '../../../src/data/batch.js'
import { sampleAttention, sampleLanes } from '../../../src/faces/explain.js'
import type { Value } from '../../../src/runtime/session.js'
import { batchFeature } from '../../support/datasets.js'
import { mapOf } from '../../support/models/maps.js'

/** Two samples of three words at most, whose sound has other steps. */
const batch: Batch = {
  indices: Int32Array.of(0, 1),
  size: 2,
  features: {
    text: batchFeature([2, 3, 1], [3, 2]),
    audio: batchFeature([2, 5, 1], [4, 5]),
  },
  targets: {},
  padding: 0,
}

function map(shape: readonly number[], weights: readonly number[]): Value {
  const size = shape.reduce((one, other) => one * other)
  const data = Float32Array.from({ length: size }, (_, at) => weights[at % weights.length] ?? 0)
  return { dataType: 'float32', shape: [...shape], data }
}

const options = { words: ['not', 'so', 'good'], aligned: false }
const read = (
  name: string,
  value: Value,
  { axes, ...more }: { axes?: readonly (string | number)[]; heads?: 'each' } = {},
) => sampleAttention(batch, [mapOf(name, value, axes)], 0, { ...options, ...more })

describe('maps of every shape that models have', () => {
  it('[batch, heads, queries, keys]: the mean over heads, or each head', () => {
    // Head 1 looks at the first step, head 2 at the last.
    const value = map(
      [2, 2, 3, 5],
      [...Array(3).fill([1, 0, 0, 0, 0]), ...Array(3).fill([0, 0, 0, 1, 0])].flat(),
    )
    const [both] = read('attention.text_to_audio.layer1', value)
    expect(both?.title).toBe('text attends to audio, layer 1')
    expect(both?.weights[0]).toEqual([0.5, 0, 0, 0.5])
    const each = read('attention.text_to_audio.layer1', value, { heads: 'each' })
    expect(each.map(({ title }) => title)).toEqual([
      'text attends to audio, layer 1, head 1',
      'text attends to audio, layer 1, head 2',
    ])
    expect(each.map(({ weights }) => weights[2])).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ])
    expect(sampleLanes(each)).toHaveLength(1)
    expect(sampleLanes(each)[0]?.steps.map(({ value: share }) => share)).toEqual([0.5, 0, 0, 0.5])
  })

  it('[batch, 1, keys]: one query that stands for a whole, as in hops', () => {
    const [hop] = read('attention.audio_vision_to_text.hop2', map([2, 1, 3], [0.5, 0.2, 0.3]))
    expect(hop?.title).toBe('audio + vision attend to text, hop 2')
    expect([hop?.queries, hop?.keys]).toEqual([['1'], ['not', 'so', 'good']])
    const [lane] = sampleLanes(hop ? [hop] : [])
    expect(lane).toMatchObject({ title: 'text', maps: ['attention.audio_vision_to_text.hop2'] })
    expect(lane?.steps[0]).toEqual({ label: 'not', value: 0.5 })
  })

  it('[batch, keys]: a weight a step', () => {
    const [pooled] = read('attention.audio', map([2, 5], [0.1, 0.2, 0.3, 0.4, 0]))
    expect(pooled?.weights.map((row) => row.map((weight) => weight.toFixed(1)))).toEqual([
      ['0.1', '0.2', '0.3', '0.4'],
    ])
  })

  it('with a token before the steps, which is none of them', () => {
    const value = map([2, 1, 4, 4], [0.4, 0.3, 0.2, 0.1])
    const [own] = read('attention.text.layer 2', value)
    expect(own?.keys).toEqual(['[token]', 'not', 'so', 'good'])
    const [lane] = sampleLanes(own ? [own] : [])
    expect(lane?.steps.map(({ label }) => label)).toEqual(['not', 'so', 'good'])
    expect(lane?.token).toBeCloseTo(0.4, 6)
    // The second sample is one word shorter.
    const second = sampleAttention(batch, [mapOf('attention.text', value)], 1, options)
    expect(second[0]?.keys).toEqual(['[token]', '1', '2'])
  })

  it('of an axis that the model makes of the steps: there may be as many, or one more, by chance', () => {
    for (const size of [3, 4]) {
      const value = map([2, size, size], [1 / size])
      const [own] = read('attention.text', value, { axes: ['batch', size, size] })
      expect(own?.keys).toEqual(Array.from({ length: size }, (_, step) => String(step + 1)))
      expect(sampleLanes(own ? [own] : [])[0]?.token).toBeUndefined()
    }
  })

  it('of several sequences one after the other, each of which has a lane', () => {
    // The first sample alone, as samples are explained: three words, four steps of sound.
    const alone: Batch = {
      ...batch,
      indices: Int32Array.of(0),
      size: 1,
      features: {
        text: batchFeature([1, 3, 1], [3]),
        audio: batchFeature([1, 4, 1], [4]),
      },
    }
    const value = map([1, 1, 7, 7], [0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1])
    const dimension = 'audio_time+text_time'
    const axes = ['batch', 1, dimension, dimension]
    const found = sampleAttention(alone, [mapOf('attention.fused', value, axes)], 0, options)
    expect(found[0]?.keys.slice(1, 4)).toEqual(['text so', 'text good', 'audio 1'])
    const lanes = sampleLanes(found)
    expect(lanes.map(({ title }) => title)).toEqual(['fused: text', 'fused: audio'])
    expect(lanes[0]?.steps.map(({ label }) => label)).toEqual(['not', 'so', 'good'])
    expect(lanes[0]?.steps[0]?.value).toBeCloseTo(0.3, 6)
    expect(lanes[1]?.steps.map(({ label }) => label)).toEqual(['1', '2', '3', '4'])
    // With padding between them the steps are only numbered.
    const padded = map([2, 1, 8, 8], [1 / 8])
    const [numbered] = read('attention.fused', padded, { axes })
    expect(numbered?.parts).toBeUndefined()
  })

  it('of sequences that are no modality', () => {
    const [fused] = read('attention.fused', map([2, 7, 7], [1 / 7]))
    expect(fused?.title).toBe('fused attends to itself')
    expect(fused?.keys).toHaveLength(7)
  })
})
