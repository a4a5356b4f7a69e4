import { describe, expect, it } from 'vitest'
import { fullClassName } from '../../../src/base/emotions.js'
import { validateDataset } from '../../../src/data/check.js'
import type { Dataset, Split } from '../../../src/data/dataset.js'
import { selectClasses } from '../../../src/data/prepare/classes/classes.js'
import { readSample, sourceOf } from '../../support/datasets.js'

const names = ['ang', 'exc', 'hap', 'neu', 'xxx']

function split(prefix: string, classes: readonly number[]): Split {
  const rows = classes.map((label, row) => [label, row])
  return {
    ids: classes.map((_, row) => `${prefix}${row}`),
    features: { text: sourceOf(2, rows) },
    targets: { classes: Int32Array.from(classes) },
  }
}

const dataset: Dataset = {
  name: 'talks',
  synthetic: true,
  aligned: false,
  classNames: names,
  splits: {
    train: split('train', [0, 1, 2, 3, 4, 4]),
    valid: split('valid', [3, 1, 0]),
    test: split('test', [2, 4, 3, 0]),
  },
  notes: ['as it came'],
  close() {},
}

describe('choosing classes', () => {
  it('merges, drops what is not kept, and numbers them in the order of keep', () => {
    const chosen = selectClasses(dataset, {
      keep: ['neutral', 'happy', 'ang'],
      merge: { excited: 'happy' },
    })
    validateDataset(chosen, 'test')
    expect(chosen.classNames).toEqual(['neutral', 'happy', 'angry'])
    expect(chosen.splits.train.ids).toEqual(['train0', 'train1', 'train2', 'train3'])
    expect([...(chosen.splits.train.targets.classes ?? [])]).toEqual([2, 1, 1, 0])
    expect(readSample(chosen.splits.test.features.text, 1)).toEqual([3, 2])
    expect(chosen.notes).toEqual([
      'as it came',
      'class excited counts as happy',
      'train: 2 samples of other classes dropped (2 undecided)',
      'test: 1 samples of other classes dropped (1 undecided)',
    ])
  })

  it('keeps all classes where none is named, and can merge into a new one', () => {
    const chosen = selectClasses(dataset, { merge: { exc: 'joy', hap: 'joy' } })
    expect(chosen.classNames).toEqual(['angry', 'joy', 'neutral', 'undecided'])
    expect([...(chosen.splits.train.targets.classes ?? [])]).toEqual([0, 1, 1, 2, 3, 3])
  })

  it('refuses classes that are not there, and data without classes', () => {
    expect(() => selectClasses(dataset, { keep: ['neutral', 'hapy'] })).toThrow(
      /data\.classes\.keep: no class is called "hapy".*Did you mean "happy"/,
    )
    expect(() => selectClasses(dataset, { merge: { sad: 'angry' } })).toThrow(
      /data\.classes\.merge/,
    )
    expect(() => selectClasses(dataset, { keep: ['happy', 'undecided'] })).toThrow(
      /no sample of the chosen classes is left/,
    )
    const { classNames: _, ...bare } = dataset
    expect(() => selectClasses(bare, { keep: ['a', 'b'] })).toThrow(/no classes to choose from/)
  })

  it("knows IEMOCAP's abbreviations", () => {
    expect(['ang', 'EXC', 'hap', 'fru', 'sur', 'fea', 'calm'].map(fullClassName)).toEqual([
      'angry',
      'excited',
      'happy',
      'frustrated',
      'surprise',
      'fear',
      'calm',
    ])
  })
})
