import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../src/data/dataset.js'
import { wholeFeature } from '../../src/data/feature.js'
import { chooseIntegers } from '../../src/data/prepare/labels/integers.js'
import { type LabelPolicy, settleLabels } from '../../src/data/prepare/labels/settle.js'

function labelled(...labels: number[]): Dataset {
  const split = {
    ids: labels.map((_, row) => `${row}`),
    features: { prosody: wholeFeature(1, Float32Array.from(labels.keys())) },
    targets: { sentiment: Float32Array.from(labels) },
  }
  return {
    ...{ name: 'labels', synthetic: false, aligned: false, notes: [], close() {} },
    splits: { train: split, valid: split, test: split },
  }
}
const settled = (labels: number[], policy?: LabelPolicy) => {
  const { splits, notes, classNames } = settleLabels(labelled(...labels), policy)
  const { ids, targets } = splits.train
  return { ids, notes, classNames, ...targets }
}

describe('labels beyond the scale', () => {
  it('are moved to its end, left out, or scaled as asked, which the notes tell', () => {
    expect(settled([-5, 0, 2], 'clip').sentiment).toEqual(Float32Array.of(-3, 0, 2))
    expect(settled([-5, 0, 2], 'drop')).toMatchObject({ ids: ['1', '2'] })
    expect(settled([-6, 0, 2], 'rescale').sentiment).toEqual(Float32Array.of(-3, 0, 1))
    expect(settled([1, 3, 5], 'rescale').sentiment).toEqual(Float32Array.of(-3, 0, 3))
    expect(settled([1, 3, 5], 'rescale').notes).toEqual([
      'labels from 1 to 5 are scaled to -3 to 3',
    ])
  })

  it('are scaled without those that are infinite, which are left out', () => {
    const found = settled([Infinity, 1, 5], 'rescale')
    expect(found.sentiment).toEqual(Float32Array.of(-3, 3))
    expect(found.ids).toEqual(['1', '2'])
    expect(found.notes).toContain('train: 1 samples with infinite labels are left out')
  })

  it('stay for the check to refuse where nothing is said, but for rounding', () => {
    expect(settled([-5.5, 0, 2]).sentiment).toEqual(Float32Array.of(-5.5, 0, 2))
    expect(settled([-3.00001, 0, 2]).sentiment).toEqual(Float32Array.of(-3, 0, 2))
  })

  it('are classes where they are whole numbers from 0 on', () => {
    const found = settled([4, 0, 2])
    expect(found).toMatchObject({ classNames: ['0', '2', '4'], classes: Int32Array.of(2, 0, 1) })
    expect(found.sentiment).toBeUndefined()
  })

  it('are left out where they are NaN, unless that is refused', () => {
    const { NaN: nan } = Number
    expect(settled([1.5, nan, 2])).toMatchObject({
      ids: ['0', '2'],
      notes: ['train', 'valid', 'test'].map(
        (name) => `${name}: 1 samples without a label (NaN) are left out`,
      ),
    })
    expect(settled([1.5, nan, 2], 'refuse').ids).toHaveLength(3)
  })
})

describe('whole numbers as labels', () => {
  it('are classes where there are two from 0 on, unless told otherwise', () => {
    const humour = labelled(1, 0, 1)
    const { classNames, splits } = chooseIntegers(humour, 'auto')
    expect(classNames).toEqual(['0', '1'])
    expect(splits.test.targets).toEqual({ classes: Int32Array.of(1, 0, 1) })
    expect(chooseIntegers(humour, 'sentiment')).toBe(humour)
    const signs = labelled(-1, 1, -1)
    expect(chooseIntegers(signs, 'auto').splits).toBe(signs.splits)
    expect(chooseIntegers(signs, 'auto').notes).toEqual([
      'the labels are whole numbers, -1 to 1, read as sentiment; --target classes reads them as classes',
    ])
  })

  it('are classes wherever these are asked for', () => {
    expect(chooseIntegers(labelled(-3, 2, 0), 'classes').classNames).toEqual(['-3', '0', '2'])
    const fractions = labelled(0.5, 1, 0)
    expect(chooseIntegers(fractions, 'classes')).toBe(fractions)
  })
})
