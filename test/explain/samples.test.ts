import { describe, expect, it } from 'vitest'
import { modalities } from '../../src/base/modalities.js'
import { type Batch, collateBatch } from '../../src/data/batch.js'
import {
  chooseSamples,
  explainSamples,
  fromParts,
  modelFacts,
  sampleAttention,
  wordsOf,
} from '../../src/faces/explain.js'
import type { Value } from '../../src/runtime/session.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { singleLabel } from '../../src/task/single-label.js'
import { batchFeature } from '../support/datasets.js'
import { mapOf } from '../support/models/maps.js'
import { regression, smallModel, smallSplit, smallWidths } from '../support/models/small-model.js'

const split = smallSplit(40)
const grouping = regression.grouping

/** Weights that tell where they stand: 100 * query + key, in a map of one batch. */
function attention(batch: number, queries: number, keys: number, heads?: number): Value {
  const shape = [batch, ...(heads === undefined ? [] : [heads]), queries, keys]
  const per = queries * keys
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, at) => {
    const head = heads === undefined ? 0 : Math.floor(at / per) % heads
    return 100 * Math.floor((at % per) / keys) + (at % keys) + 1000 * head
  })
  return { dataType: 'float32', shape, data }
}

describe('attention of a sample', async () => {
  const batch = await collateBatch(split, Int32Array.of(0, 1, 2), modalities)
  const time = batch.features.text?.steps ?? 0
  const lengths = batch.features.text?.lengths ?? new Int32Array()
  const maps = [
    mapOf('attention.text', attention(3, time, time)),
    mapOf('attention.text_to_audio.first', attention(3, time, time, 2)),
    mapOf('mask.text', attention(3, time, 5)),
  ]

  it('is cut to its true length and labelled with its words', () => {
    const row = [0, 1, 2].find((sample) => (lengths[sample] as number) < time) as number
    const words = wordsOf(split.rawText?.[row])
    const found = sampleAttention(batch, maps, row, { words, aligned: true })
    expect(found.map(({ title }) => title)).toEqual([
      'text attends to itself',
      'text attends to audio, before the masks',
    ])
    const [text, cross] = found
    expect(text?.queries).toEqual(words)
    expect(text?.keys).toEqual(words)
    expect(text?.weights.length).toBe(lengths[row])
    expect(text?.weights[1]?.[2]).toBe(102)
    expect(text?.weights.every((line) => line.length === lengths[row])).toBe(true)
    expect(cross?.weights[1]?.[2]).toBe(602)
  })

  it('numbers the steps where words do not fit them, and where data is not aligned', () => {
    const few = sampleAttention(batch, maps, 0, { words: ['one'], aligned: true })
    expect(few[0]?.queries.slice(0, 2)).toEqual(['1', '2'])
    const words = wordsOf(split.rawText?.[0])
    const [, cross] = sampleAttention(batch, maps, 0, { words, aligned: false })
    expect(cross?.queries).toEqual(words)
    expect(cross?.keys[0]).toBe('1')
    expect(() => sampleAttention(batch, maps, 3, { aligned: true })).toThrowError(/0 to 2, got 3/)
  })

  it('cuts every side of unaligned sequences by its own length', () => {
    const unaligned: Batch = {
      indices: Int32Array.of(0, 1),
      size: 2,
      features: {
        text: batchFeature([2, 2, 1], [1, 2]),
        audio: batchFeature([2, 3, 1], [3, 2]),
      },
      targets: {},
      padding: 0,
    }
    const cross = [mapOf('attention.audio_to_text', attention(2, 3, 2))]
    const [map] = sampleAttention(unaligned, cross, 1, { aligned: false })
    expect(map?.queries).toEqual(['1', '2'])
    expect(map?.keys).toEqual(['1', '2'])
    const [first] = sampleAttention(unaligned, cross, 0, { aligned: false })
    expect([first?.queries.length, first?.keys.length]).toEqual([3, 1])
  })
})

describe('samples to show', () => {
  it('are spread over the classes and short enough to read', () => {
    const rows = chooseSamples(split, grouping, { count: 3, inputs: modalities })
    expect(new Set(rows).size).toBe(3)
    const classes = rows.map((row) => grouping.of(split.targets, row)[0] as number)
    expect([...classes].sort((one, other) => one - other)).toEqual(classes)
    expect(new Set(classes).size).toBe(3)
    const present = split.ids.map((_, row) => grouping.of(split.targets, row)[0] as number)
    expect(classes[0]).toBe(Math.min(...present))
    expect(classes[2]).toBe(Math.max(...present))
    expect(chooseSamples(split, grouping, { count: 3, inputs: modalities })).toEqual(rows)
    expect(chooseSamples(split, grouping, { count: 99, inputs: modalities }).length).toBe(40)
  })

  it('are run alone, with truth, prediction and maps', async () => {
    const small = smallModel()
    const model = await fromParts(small, { name: 'small', synthetic: true }, 'small')
    try {
      const rows = chooseSamples(split, grouping, { count: 2, inputs: modalities })
      const maps = model.maps.map(({ name }) => name)
      const options = { task: regression, inputs: modalities, aligned: true, maps }
      const found = await explainSamples(model, split, rows, options)
      expect(found.map(({ id }) => id)).toEqual(rows.map((row) => split.ids[row]))
      for (const [place, sample] of found.entries()) {
        expect(sample.text).toBe(split.rawText?.[rows[place] as number])
        expect(sample.prediction).toMatch(/^[+-]?\d\.\d\d$/)
        const truth = split.targets.sentiment?.[rows[place] as number] as number
        expect(Number(sample.truth)).toBeCloseTo(truth, 2)
        const own = sample.attention.find(({ name }) => name === 'attention.text')
        for (const row of own?.weights ?? []) {
          expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5)
        }
        expect(own?.weights.length).toBe(own?.queries.length)
      }
    } finally {
      await model.close()
    }
  })

  it('are described in the terms of the task', async () => {
    const task = singleLabel({ classNames: ['down', 'up'] })
    const data = Float32Array.of(0, Math.log(3))
    const prediction: Value = { dataType: 'float32', shape: [1, 2], data }
    const model = { run: async () => ({ prediction, maps: [] }) }
    const targets = { classes: new Int32Array(40), emotions: new Float32Array(80).fill(1) }
    const of = { ...split, targets }
    const [one] = await explainSamples(model, of, [0], { task, inputs: modalities, aligned: true })
    expect([one?.truth, one?.prediction]).toEqual(['down', 'up (75%)'])
    const labels = multiLabel({ labelNames: ['joy', 'fear'] })
    const options = { task: labels, inputs: modalities, aligned: true }
    const [two] = await explainSamples(model, of, [0], options)
    expect([two?.truth, two?.prediction]).toEqual(['joy, fear', 'fear'])
  })
})

describe('facts of a model', () => {
  it('count what the weights hold, and more operations for more steps', () => {
    const { model, weights } = smallModel()
    const facts = (time: number) =>
      modelFacts(model, smallWidths, regression, { text: time, audio: time, vision: time })
    const held = [...weights.values()].reduce((sum, { length }) => sum + length, 0)
    expect(facts(10).parameters).toBe(held)
    expect(facts(20).flops).toBeGreaterThan(1.9 * facts(10).flops)
    const parts = [...facts(10).flopsByOperator.values()]
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(facts(10).flops)
  })
})
