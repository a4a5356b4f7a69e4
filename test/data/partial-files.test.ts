import { writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import type { SplitName } from '../../src/data/dataset.js'
import { type OpenOptions, openDataset } from '../../src/data/open.js'
import { float32Array, type Picklable, writePickle } from '../support/data/pickle-writer.js'
import { temporaryPaths } from '../support/folders.js'

const path = temporaryPaths()

const features = (samples: number, from = 0) =>
  float32Array(
    [samples, 2, 3],
    Array.from({ length: samples * 6 }, (_, index) => from + index + 1),
  )

/** The fields of a split as MMSA has them, or as MulT does where the labels are called so. */
const split = (samples: number, labels = 'regression_labels', from = 0): Map<string, Picklable> =>
  new Map<string, Picklable>([
    ['id', Array.from({ length: samples }, (_, row) => `s${from + row}`)],
    ['text', features(samples, from)],
    [
      labels,
      float32Array(
        [samples],
        Array.from({ length: samples }, (_, row) => row / 4),
      ),
    ],
  ])

function pickle(name: string, content: Map<string, Picklable>): string {
  writeFileSync(path(name), writePickle(content))
  return path(name)
}

async function sizes(file: string, options: OpenOptions) {
  const dataset = await openDataset(file, options)
  const { train, valid, test } = dataset.splits
  dataset.close()
  return [train, valid, test].map(({ ids }) => ids.length)
}

const forPrediction: OpenOptions = { only: ['test', 'valid', 'train'], unlabelled: true }

describe.each(['regression_labels', 'labels'])('a pickle with %s', (labels) => {
  it('is read where only the split that is needed is there', async () => {
    const file = pickle(`test-${labels}.pkl`, new Map([['test', split(3, labels)]]))
    expect(await sizes(file, { only: ['test'] })).toEqual([0, 0, 3])
    expect(await sizes(file, forPrediction)).toEqual([0, 0, 3])
    await expect(sizes(file, { only: ['train'] })).rejects.toThrow(/no split called "train"/)
    await expect(sizes(file, {})).rejects.toThrow(/no split called "train".*--divide random/)
  })

  it('of a single sample is predicted', async () => {
    const one = split(1, labels)
    one.delete(labels)
    expect(
      await sizes(pickle(`one-${labels}.pkl`, new Map([['test', one]])), forPrediction),
    ).toEqual([0, 0, 1])
    // Without splits at all.
    expect(await sizes(pickle(`bare-${labels}.pkl`, one), forPrediction)).toEqual([0, 0, 1])
    await expect(sizes(path(`bare-${labels}.pkl`), {})).rejects.toThrow(
      /no splits, only the fields of one.*--divide random/,
    )
  })

  it('keeps its other splits unread where one is enough', async () => {
    const broken = new Map<string, Picklable>([['text', 'nothing']])
    const file = pickle(
      `broken-${labels}.pkl`,
      new Map([
        ['train', broken],
        ['dev', split(2, labels)],
      ]),
    )
    expect(await sizes(file, { only: ['valid'] })).toEqual([0, 2, 0])
  })

  it('without validation data is divided anew', async () => {
    const file = pickle(
      `two-${labels}.pkl`,
      new Map([
        ['train', split(6, labels)],
        ['test', split(4, labels, 6)],
      ]),
    )
    expect(await sizes(file, { partial: true })).toEqual([6, 0, 4])
    await expect(sizes(file, {})).rejects.toThrow(/no split called "valid".*--divide random/)
  })
})

test('samples without a label are predicted, and not dropped as in training', async () => {
  const fields = split(3)
  fields.set('regression_labels', float32Array([3], [1, Number.NaN, 2]))
  const file = pickle('nan.pkl', new Map([['test', fields]]))
  expect(await sizes(file, forPrediction)).toEqual([0, 0, 3])
  expect(await sizes(file, { only: ['test'] })).toEqual([0, 0, 2])
})

test('splits, labels and ids are read under the names that are told', async () => {
  const fields = (samples: number) => {
    const own = split(samples, 'valence')
    own.set(
      'who',
      Array.from({ length: samples }, (_, row) => `person ${row}`),
    )
    own.set('labels', float32Array([samples], new Float32Array(samples).fill(9)))
    return own
  }
  const file = pickle(
    'told.pkl',
    new Map([
      ['fit', fields(3)],
      ['holdout', fields(2)],
      ['test', fields(1)],
    ]),
  )
  const dataset = await openDataset(file, {
    names: { train: 'fit', valid: 'holdout', labels: 'valence', id: 'who' },
  })
  expect(dataset.splits.train.ids).toEqual(['person 0', 'person 1', 'person 2'])
  expect([...(dataset.splits.valid.targets.sentiment ?? [])]).toEqual([0, 0.25])
  dataset.close()
  await expect(openDataset(file, { names: { train: 'fit', valid: 'hold' } })).rejects.toThrow(
    /no split called "valid"/,
  )
  await expect(
    openDataset(file, { names: { train: 'fit', valid: 'holdout', labels: 'valense' } }),
  ).rejects.toThrow(/no field called "valense" for labels.*The nearest is "valence"/)
})

describe('a single table', () => {
  const table = (name: string, heading: string, rows: readonly string[]) => {
    writeFileSync(path(name), [heading, ...rows].join('\n'))
    return path(name)
  }

  it('has columns under the names that are told', async () => {
    const file = table('told.csv', 'who,part,valence,text_0,label', [
      'a,fit,0.5,1,9',
      'b,fit,-1,2,9',
      'c,holdout,1,3,9',
      'd,test,2,4,9',
    ])
    const names = { train: 'fit', valid: 'holdout', labels: 'valence', id: 'who', split: 'part' }
    const dataset = await openDataset(file, { names })
    expect(dataset.splits.train.ids).toEqual(['a', 'b'])
    expect([...(dataset.splits.train.targets.sentiment ?? [])]).toEqual([0.5, -1])
    dataset.close()
  })

  it('needs neither labels nor splits where its samples are predicted', async () => {
    const file = table('bare.csv', 'id,text_0,text_1', ['a,1,2', 'a,3,4', 'b,5,6'])
    expect(await sizes(file, forPrediction)).toEqual([0, 0, 2])
    await expect(sizes(file, {})).rejects.toThrow(/no labels/)
  })

  it('needs no splits where its samples are divided', async () => {
    const file = table('whole.csv', 'id,label,text_0', ['a,1,2', 'b,-1,4', 'c,2,6'])
    expect(await sizes(file, { partial: true })).toEqual([3, 0, 0])
    await expect(sizes(file, {})).rejects.toThrow(/which split.*--divide random/)
  })
})

test('every split is checked for what the others have', async () => {
  const other = split(2)
  other.set('text', float32Array([2, 2, 4], new Float32Array(16).fill(1)))
  const file = pickle(
    'differs.pkl',
    new Map<SplitName, Picklable>([
      ['test', split(3)],
      ['valid', other],
    ]) as Map<string, Picklable>,
  )
  await expect(sizes(file, { partial: true })).rejects.toThrow(/text differs between the splits/)
})

describe('splits of names that are told', () => {
  const names = { train: 'first part', valid: 'holdout', test: 'hold_out' }
  const parts = [
    ['train', names.train, 1],
    ['valid', names.valid, 2],
    ['test', names.test, 3],
  ] as const
  const fields = ['id', 'text', 'regression_labels'] as const
  const flat = (key: (name: string, field: string) => string) =>
    new Map(
      parts.flatMap(([, name, samples]) =>
        fields.map((field): [string, Picklable] => [
          key(name, field),
          split(samples).get(field) ?? [],
        ]),
      ),
    )

  it.each<[string, Map<string, Picklable>]>([
    ['before the fields', flat((name, field) => `${name}_${field}`)],
    ['after the fields', flat((name, field) => `${field}.${name}`)],
    [
      'within the fields',
      new Map(
        fields.map((field) => [
          field,
          new Map(
            parts.map(([, name, samples]): [string, Picklable] => [
              name,
              split(samples).get(field) ?? [],
            ]),
          ),
        ]),
      ),
    ],
    ['outside', new Map(parts.map(([, name, samples]) => [name, split(samples)]))],
  ])('are found %s', async (where, content) => {
    const file = pickle(`told-${where}.pkl`, content)
    expect(await sizes(file, { names })).toEqual([1, 2, 3])
    await expect(sizes(file, {})).rejects.toThrow(LimbicError)
  })

  it('are not what they are called otherwise', async () => {
    const usual = flat((name, field) => `${parts.find(([, own]) => own === name)?.[0]}_${field}`)
    for (const [key, value] of flat((name, field) => `${name}_${field}`)) usual.set(key, value)
    const file = pickle('both.pkl', usual)
    expect(await sizes(file, {})).toEqual([1, 2, 3])
    expect(await sizes(file, { names: { valid: 'hold_out', test: 'holdout' } })).toEqual([1, 3, 2])
  })
})
