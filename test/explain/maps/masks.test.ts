import { describe, expect, it } from 'vitest'
import { modalities } from '../../../src/base/modalities.js'
import { explainMasks, fromParts, type MaskBatch, meanMasks } from '../../../src/faces/explain.js'
import type { Value } from '../../../src/runtime/session.js'
import { multiLabel } from '../../../src/task/multi-label.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { mapOf } from '../../support/models/maps.js'
import {
  regression,
  smallModel,
  smallSplit,
  smallStandardisation,
} from '../../support/models/small-model.js'

const grouping = regression.grouping

function mask(shape: readonly number[], values: readonly number[]): Value {
  return { dataType: 'float32', shape, data: Float32Array.from(values) }
}

/** Two samples of two steps and two features; the second has one true step. */
const batch: MaskBatch = {
  maps: [mapOf('mask.vision', mask([2, 2, 2], [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 9, 9]))],
  lengths: { vision: [2, 1] },
  targets: { sentiment: Float32Array.of(2.6, -0.4) },
}

describe('mean masks', () => {
  it('average true steps by the rounded sentiment, and leave classes without samples null', async () => {
    const { classNames, counts, modalities: found } = await meanMasks([batch], grouping)
    expect(classNames).toEqual(['neg++', 'neg+', 'neg', 'neu', 'pos', 'pos+', 'pos++'])
    expect(counts).toEqual([0, 0, 0, 1, 0, 0, 1])
    const [vision] = found
    expect([found.length, vision?.modality, vision?.width]).toEqual([1, 'vision', 2])
    expect(vision?.means.map((mean) => mean === null)).toEqual([1, 1, 1, 0, 1, 1, 0].map(Boolean))
    expect(vision?.means[3]?.[0]).toBeCloseTo(0.5, 6)
    expect(vision?.means[3]?.[1]).toBeCloseTo(0.6, 6)
    expect(vision?.means[6]?.[0]).toBeCloseTo(0.2, 6)
    expect(vision?.means[6]?.[1]).toBeCloseTo(0.3, 6)
  })

  it('add up over batches, step by step', async () => {
    const more: MaskBatch = {
      maps: [mapOf('mask.vision', mask([1, 1, 2], [0.8, 0.9]))],
      lengths: { vision: [1] },
      targets: { sentiment: Float32Array.of(3) },
    }
    const { counts, modalities: found } = await meanMasks([batch, more], grouping)
    expect(counts[6]).toBe(2)
    expect(found[0]?.means[6]?.[0]).toBeCloseTo((0.1 + 0.3 + 0.8) / 3, 6)
  })

  it('go by the classes of other tasks too', async () => {
    const classes = singleLabel({ classNames: ['down', 'up'] }).grouping
    const one = await meanMasks([{ ...batch, targets: { classes: Int32Array.of(1, 1) } }], classes)
    expect(one.counts).toEqual([0, 2])
    expect(one.modalities[0]?.means[1]?.[0]).toBeCloseTo(0.3, 6)
    const labels = multiLabel({ labelNames: ['joy', 'fear'] }).grouping
    const emotions = Float32Array.of(1, 1, 0, 1)
    const many = await meanMasks([{ ...batch, targets: { emotions } }], labels)
    expect(many.counts).toEqual([1, 2])
    expect(many.modalities[0]?.means[0]?.[0]).toBeCloseTo(0.2, 6)
  })

  it('refuse models without masks, lengths that do not fit, and data without the target', async () => {
    await expect(meanMasks([{ ...batch, maps: [] }], grouping)).rejects.toThrowError(
      /has no masks.*feedback/,
    )
    const short = { ...batch, lengths: { vision: [2] } }
    await expect(meanMasks([short], grouping)).rejects.toThrowError(/mask\.vision.*1 lengths/)
    await expect(meanMasks([{ ...batch, targets: {} }], grouping)).rejects.toThrowError(
      /no sentiment/,
    )
  })
})

describe('masks of a model over a split', () => {
  it('do not depend on how samples are put into batches', async () => {
    const split = smallSplit(23)
    const parts = { ...smallModel(), standardisation: smallStandardisation() }
    const model = await fromParts(parts, { name: 'small', synthetic: true }, 'small')
    try {
      const seen: number[] = []
      const options = { grouping, inputs: modalities }
      const [single, together] = [
        await explainMasks(model, split, { ...options, batchSize: 1 }),
        await explainMasks(model, split, {
          ...options,
          batchSize: 8,
          onBatch: (done) => seen.push(done),
        }),
      ]
      expect(seen).toEqual([1, 2, 3])
      expect(together.counts.reduce((sum, count) => sum + count, 0)).toBe(23)
      expect(together.counts).toEqual(single.counts)
      expect(together.modalities.map(({ modality }) => modality)).toEqual([...modalities])
      let compared = 0
      for (const [index, { means }] of together.modalities.entries()) {
        for (const [place, mean] of means.entries()) {
          const other = single.modalities[index]?.means[place]
          expect(mean === null).toBe(other === null)
          mean?.forEach((value, feature) => {
            expect(value).toBeGreaterThan(0)
            expect(value).toBeLessThan(1)
            expect(value).toBeCloseTo(other?.[feature] as number, 6)
            compared++
          })
        }
      }
      expect(compared).toBeGreaterThan(12)
    } finally {
      await model.close()
    }
  })
})
