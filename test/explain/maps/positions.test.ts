/** Where in pictures a model looks: of samples, and on average by class. */
import { describe, expect, test } from 'vitest'
import { type Batch, collateBatch } from '../../../src/data/batch.js'
import type { Feature, Split } from '../../../src/data/dataset.js'
import { explainPositions, samplePositions } from '../../../src/faces/explain.js'
import { describeMap } from '../../../src/models/define/maps.js'
import type { Value } from '../../../src/runtime/session.js'
import type { ClassGrouping } from '../../../src/task/task.js'
import { mapOf } from '../../support/models/maps.js'

const value = (shape: readonly number[], number: (at: number) => number): Value => ({
  dataType: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => number(at)),
})

/** Faces of 2 x 2 pixels, and chunks of 2 bands and 3 windows. */
const facePixels = 12
const chunkPixels = 6
const pixel = (sample: number, step: number, at: number) => 100 * sample + 20 * step + at
const lengths = { vision: [1, 2, 2], audio: [2, 1, 0] }

function feature(name: 'vision' | 'audio'): Feature {
  const [width, shape] = name === 'vision' ? [facePixels, [3, 2, 2]] : [chunkPixels, [1, 2, 3]]
  return {
    ...{ width, shape, dataType: name === 'vision' ? 'uint8' : 'float32' },
    lengths: Int32Array.from(lengths[name]),
    read: (sample, target, offset) => {
      for (let at = 0; at < (lengths[name][sample] ?? 0) * width; at++) {
        const [step, inside] = [Math.floor(at / width), at % width]
        // Powers of ten, which are whole decibels.
        const number = pixel(sample, step, inside)
        if (!(target instanceof BigInt64Array)) {
          target[offset + at] = name === 'vision' ? number : 10 ** (inside - 2)
        }
      }
    },
  }
}

const split: Split = {
  ids: ['a', 'b', 'c'],
  features: { vision: feature('vision'), audio: feature('audio') },
  targets: { classes: Int32Array.of(0, 1, 1) },
}

/** A model whose numbers tell sample, step and position, or half of the positions. */
const attentionAt = (sample: number, step: number, at: number) => (sample + step + at) / 16
const selectedAt = (sample: number, step: number, at: number) => (sample + step + at) % 2

const model = {
  maps: [],
  run: ({ indices, features }: Batch, _wanted: readonly string[] = []) => {
    const time = features.vision?.steps ?? 0
    const over = (number: typeof attentionAt) =>
      value([indices.length, time, 1, 2], (at) =>
        number(indices[Math.floor(at / (2 * time))] ?? 0, Math.floor(at / 2) % time, at % 2),
      )
    return Promise.resolve({
      prediction: value([indices.length, 1], () => 0),
      maps: [
        mapOf('spatial.vision.1', over(attentionAt)),
        mapOf('active.vision.1', over(selectedAt)),
        mapOf('attention.audio.layer 2', tokenAttention(indices, features.audio?.steps ?? 0)),
      ],
    })
  },
}

/** [batch, 2 heads, time + 1, time + 1]: the token's query is the first. */
function tokenAttention(indices: Int32Array, time: number): Value {
  const size = time + 1
  return value([indices.length, 2, size, size], (at) => {
    const [head, query, key] = [
      Math.floor(at / size ** 2) % 2,
      Math.floor(at / size) % size,
      at % size,
    ]
    return query === 0 ? key + 10 * head : -1
  })
}

const grouping: ClassGrouping = {
  title: 'Emotion',
  names: ['joy', 'grief', 'calm'],
  of: ({ classes }, sample) => [classes?.[sample] ?? 0],
}
const inputs = ['vision', 'audio']

describe('maps over positions by their names', () => {
  test('are attention or selected positions of a layer', () => {
    expect(describeMap('spatial.vision.2')).toEqual({
      ...{ kind: 'positions', name: 'spatial.vision.2', sequence: 'vision' },
      ...{ what: 'attention', layer: '2' },
    })
    expect(describeMap('active.audio.1')).toMatchObject({ what: 'selected', sequence: 'audio' })
    for (const name of ['spatial', 'spatial.vision', 'active.', 'active..1']) {
      expect(describeMap(name).kind, name).toBe('other')
    }
  })
})

describe('a sample', () => {
  const of = async (row: number) => {
    const batch = await collateBatch(split, Int32Array.of(0, 1, 2), inputs)
    return samplePositions(batch, (await model.run(batch)).maps, row)
  }

  test('has its pictures with the layers over their positions, without padding', async () => {
    const [audio, vision] = await of(0)
    expect(vision).toMatchObject({ sequence: 'vision', steps: ['1'], looks: [] })
    expect(vision?.pictures).toHaveLength(1)
    const [face] = vision?.pictures ?? []
    expect(face).toMatchObject({ kind: 'colours', rows: 2, columns: 2 })
    expect([...(face?.values ?? [])]).toEqual(Array.from({ length: 12 }, (_, at) => at))
    expect(vision?.layers).toEqual([
      {
        ...{ layer: '1', rows: 1, columns: 2 },
        attention: [Float32Array.of(0, 1 / 16)],
        selected: [Float32Array.of(0, 1)],
      },
    ])
    expect(audio).toMatchObject({ sequence: 'audio', steps: ['1', '2'], layers: [] })
    // The last sample has no sound.
    const late = await of(2)
    expect(late.map(({ sequence }) => sequence)).toEqual(['vision'])
    expect(late[0]?.layers[0]?.attention?.[1]).toEqual(Float32Array.of(3 / 16, 4 / 16))
  })

  test('has sound in decibels, and what the class token attends to, heads averaged', async () => {
    const [audio] = await of(0)
    const [chunk] = audio?.pictures ?? []
    expect(chunk).toMatchObject({ kind: 'levels', rows: 2, columns: 3 })
    const levels = [...(chunk?.values ?? [])].map((level) => Math.round(1000 * level) / 1000)
    expect(levels).toEqual([-20, -10, 0, 10, 20, 30])
    expect(audio?.looks).toEqual([{ layer: 'layer 2', values: [6, 7] }])
  })
})

describe('a split', () => {
  test('has the means of each class over its pictures, whatever the batches', async () => {
    for (const batchSize of [1, 2, 3]) {
      const [means, ...more] = await explainPositions(model, split, grouping, {
        ...{ inputs, maps: [], batchSize },
      })
      expect(more).toEqual([])
      expect(means).toMatchObject({ sequence: 'vision', classNames: grouping.names })
      const [joy, grief, calm] = means?.classes ?? []
      expect(calm).toBeNull()
      expect(joy).toMatchObject({ count: 1 })
      expect(grief).toMatchObject({ count: 4 })
      // Samples 1 and 2, two pictures each.
      const pictures = [1, 1, 2, 2].map((sample, place) => [sample, place % 2] as const)
      const meanOf = (number: typeof pixel, at: number) =>
        pictures.reduce((sum, [sample, step]) => sum + number(sample, step, at), 0) / 4
      for (const [at, mean] of (grief?.picture.values ?? []).entries()) {
        expect(mean).toBeCloseTo(meanOf(pixel, at), 4)
      }
      const [layer] = grief?.layers ?? []
      for (const at of [0, 1]) {
        expect(layer?.attention?.[0]?.[at]).toBeCloseTo(meanOf(attentionAt, at), 6)
        expect(layer?.selected?.[0]?.[at]).toBeCloseTo(meanOf(selectedAt, at), 6)
      }
    }
  })
})
