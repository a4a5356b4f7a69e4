import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RandomStream } from '../../src/base/random.js'
import {
  BatchBuffers,
  collateBatch,
  inParts,
  paddingShare,
  planBatches,
  sampleCosts,
} from '../../src/data/batch.js'
import type { Split } from '../../src/data/dataset.js'
import { datasetOf, readSample } from '../support/datasets.js'

/** Samples of so many steps, which nobody reads. */
const splitWith = (lengths: readonly number[]): Split => ({
  ids: lengths.map(String),
  targets: {},
  features: { text: { width: 1, lengths: Int32Array.from(lengths), read: () => {} } },
})

const costs = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 400 })
const plan = fc.record({
  costs,
  batchSize: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
  epoch: fc.nat(100),
  shuffle: fc.boolean(),
  order: fc.constantFrom('natural' as const, 'cost' as const),
})

describe('the plan of batches', () => {
  it('holds every sample once, in full batches but one', () => {
    fc.assert(
      fc.property(plan, (options) => {
        const batches = planBatches(options)
        const all = batches.flatMap((batch) => [...batch]).sort((one, other) => one - other)
        expect(all).toEqual(options.costs.map((_, index) => index))
        expect(
          batches.filter(({ length }) => length !== options.batchSize).length,
        ).toBeLessThanOrEqual(1)
        expect(batches.every(({ length }) => length > 0 && length <= options.batchSize)).toBe(true)
      }),
    )
  })

  it('is the same for the same seed and epoch, and another for others', () => {
    const options = {
      costs: Array.from({ length: 500 }, (_, i) => (i * 7) % 50),
      batchSize: 16,
      shuffle: true,
    }
    const first = planBatches({ ...options, seed: 1, epoch: 3 })
    expect(planBatches({ ...options, seed: 1, epoch: 3 })).toEqual(first)
    expect(planBatches({ ...options, seed: 1, epoch: 4 })).not.toEqual(first)
    expect(planBatches({ ...options, seed: 2, epoch: 3 })).not.toEqual(first)
  })

  it('is cut into parts where samples are so long that all of them would take too much memory', () => {
    const split = splitWith([10, 5000, 20_000, 30])
    const parts = (...batch: number[]) =>
      inParts(Int32Array.from(batch), split, ['text']).map((part) => [...part])
    expect(parts(0, 3)).toEqual([[0, 3]])
    expect(parts(...Array(20).fill(1))).toEqual([Array(16).fill(1), Array(4).fill(1)])
    expect(parts(0, 2)).toEqual([[0], [2]])
    expect(inParts(Int32Array.of(0, 2), split, [])).toHaveLength(1)
  })

  it('wastes little padding, and mixes who is beside whom', () => {
    const random = new RandomStream(5, 'lengths')
    const drawn = Array.from({ length: 5000 }, () => 1 + random.integer(100))
    const options = { costs: drawn, batchSize: 32, seed: 1, shuffle: true }
    expect(paddingShare(planBatches(options), drawn)).toBeLessThan(0.05)
    expect(
      paddingShare(planBatches({ costs: drawn, batchSize: 32, shuffle: false }), drawn),
    ).toBeGreaterThan(0.4)
    const sorted = planBatches({ costs: drawn, batchSize: 32, shuffle: false, order: 'cost' })
    expect(paddingShare(sorted, drawn)).toBeLessThan(0.01)
    const company = (epoch: number) => {
      const batch = planBatches({ ...options, epoch }).find((samples) => samples.includes(0))
      return new Set(batch)
    }
    const [one, other] = [company(1), company(2)]
    expect([...one].filter((sample) => other.has(sample)).length).toBeLessThan(16)
  })

  it('keeps the natural order without shuffling', () => {
    expect(planBatches({ costs: [5, 1, 3], batchSize: 2, shuffle: false })).toEqual([
      Int32Array.of(0, 1),
      Int32Array.of(2),
    ])
  })

  it('refuses a batch size that is none', () => {
    for (const batchSize of [0, -1, 1.5, Number.NaN]) {
      expect(() => planBatches({ costs: [1], batchSize, shuffle: true })).toThrow('batch size')
    }
  })
})

describe('a batch', () => {
  const content = {
    text: [
      [1, 2, 3, 4],
      [5, 6],
      [7, 8, 9, 10, 11, 12],
    ],
    audio: [[1], [2, 3, 4], [5, 6]],
    sentiment: [-1, 0.5, 3],
  }
  const split = datasetOf(content, content, content).splits.train

  it('is padded with zeros at the end to its longest', async () => {
    const batch = await collateBatch(split, Int32Array.of(1, 0), ['text', 'audio'])
    const { text, audio } = batch.features
    expect(text?.shape).toEqual([2, 2, 2])
    expect([...(text?.values ?? [])]).toEqual([5, 6, 0, 0, 1, 2, 3, 4])
    expect(text?.lengths).toEqual(Int32Array.of(1, 2))
    expect([...(audio?.values ?? [])]).toEqual([2, 3, 4, 1, 0, 0])
    expect(batch.targets.sentiment).toEqual(Float32Array.of(0.5, -1))
    expect(batch.targets.classes).toEqual(Int32Array.of(1, 0))
    expect(batch.targets.emotions).toEqual(Float32Array.of(1, 0.5, 0, 0, 0.5, 0))
    expect(batch.padding).toBeCloseTo(4 / 14)
    expect([batch.size, [...batch.indices]]).toEqual([2, [1, 0]])
  })

  it('has at least one step', async () => {
    const none = { width: 2, lengths: Int32Array.of(0), read() {} }
    const batch = await collateBatch(
      { ids: ['a'], features: { text: none }, targets: {} },
      Int32Array.of(0),
      ['text'],
    )
    expect(batch.features.text?.shape).toEqual([1, 1, 2])
    expect([...(batch.features.text?.values ?? [])]).toEqual([0, 0])
  })

  it('is the same from memory used before', async () => {
    const buffers = new BatchBuffers()
    const rows = fc.array(fc.nat(2), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(rows, async (indices) => {
        const chosen = Int32Array.from(indices)
        const reused = await collateBatch(split, chosen, ['text', 'audio'], buffers)
        expect(reused).toEqual(await collateBatch(split, chosen, ['text', 'audio']))
        const { values = [], steps = 0, width = 0, lengths = [] } = reused.features.text ?? {}
        indices.forEach((index, row) => {
          const start = row * steps * width
          const end = start + (lengths[row] ?? 0) * width
          expect([...values.slice(start, end)]).toEqual(readSample(split.features.text, index))
        })
      }),
    )
    const large = await collateBatch(split, Int32Array.of(0, 1, 2), ['text'], buffers)
    const small = await collateBatch(split, Int32Array.of(0), ['text'], buffers)
    expect(small.features.text?.values.buffer).toBe(large.features.text?.values.buffer)
  })

  it('names a modality that the data lack', async () => {
    await expect(collateBatch(split, Int32Array.of(0), ['vision'])).rejects.toThrow(
      'the data has no vision: expected text, audio',
    )
  })

  it('is planned by the numbers that each sample holds', () => {
    expect([...sampleCosts(split)]).toEqual([5, 5, 8])
    expect([...sampleCosts(split, ['audio'])]).toEqual([1, 3, 2])
  })
})
