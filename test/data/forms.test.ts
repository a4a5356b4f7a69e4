/** Every form in which people keep the same features and labels reads as the same data set. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { splitNames } from '../../src/data/dataset.js'
import { openDataset } from '../../src/data/open.js'
import {
  float32Array,
  float64Array,
  type Picklable,
  PickledObjects,
  RawInstructions,
  writePickle,
} from '../support/data/pickle-writer.js'
import { mmsaSplit, plainSplit } from '../support/datasets.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
let files = 0

async function read(content: Picklable | Uint8Array, name = 'features.pkl') {
  const inside = join(folder, `${files++}`)
  mkdirSync(inside)
  const path = join(inside, name)
  writeFileSync(path, content instanceof Uint8Array ? content : writePickle(content))
  const dataset = await openDataset(path)
  const splits = splitNames.map((split) => plainSplit(dataset.splits[split]))
  dataset.close()
  return { ...dataset, splits }
}

const splits = (change: (split: Map<string, Picklable>) => Map<string, Picklable>) =>
  new Map(splitNames.map((name) => [name, change(mmsaSplit())]))
const same = splits((split) => split)
/** MMSA's layout with some fields changed in every split; undefined takes one out. */
const changed = (fields: Readonly<Record<string, Picklable | undefined>>) =>
  splits((split) => {
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) split.delete(name)
      else split.set(name, value)
    }
    return split
  })

describe('features of any form', () => {
  const text = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
  const whole = {
    text: float32Array([3, 2, 2], text),
    text_lengths: [2, 2, 2],
    audio: undefined,
    audio_lengths: undefined,
  }
  const rows = [0, 4, 8].map((at) => text.slice(at, at + 4))
  const pairs = (row: number[]) => [row.slice(0, 2), row.slice(2)]

  it.each<[string, Picklable]>([
    ['a list of one array per sample', rows.map((row) => float32Array([2, 2], row))],
    ['an array of arrays', new PickledObjects(rows.map((row) => float32Array([2, 2], row)))],
    ['lists in lists', rows.map(pairs)],
    ['arrays with an axis for the sample', rows.map((row) => float64Array([1, 2, 2], row))],
  ])('%s read as one array', async (_, form) => {
    const expected = await read(changed(whole))
    const found = await read(changed({ ...whole, text: form }))
    expect(found.splits).toEqual(expected.splits)
  })

  it('samples of differing length have their own', async () => {
    const ragged = [[1, 2], [3, 4, 5, 6], []].map((row) => float32Array([row.length / 2, 2], row))
    const { splits } = await read(changed({ ...whole, text: ragged, text_lengths: undefined }))
    const padded = { ...whole, text: float32Array([3, 2, 2], [1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 0, 0]) }
    const expected = await read(changed({ ...padded, text_lengths: [1, 2, 0] }))
    expect(splits).toEqual(expected.splits)
  })

  it('samples x width are one step each', async () => {
    const flat = { ...whole, text: float32Array([3, 4], text), text_lengths: undefined }
    const expected = { ...whole, text: float32Array([3, 1, 4], text), text_lengths: [1, 1, 1] }
    expect((await read(changed(flat))).splits).toEqual((await read(changed(expected))).splits)
  })

  it('samples that differ in their width are refused with their row', async () => {
    const wrong = [
      float32Array([1, 2], [1, 2]),
      float32Array([1, 3], [1, 2, 3]),
      float32Array([1, 2], [1, 2]),
    ]
    await expect(read(changed({ ...whole, text: wrong, text_lengths: undefined }))).rejects.toThrow(
      /text, row 1: samples differ in their features: expected 2 numbers per step, as in row 0, got 3/,
    )
  })

  it('objects are refused by name only where they are used', async () => {
    const frame = new RawInstructions(Buffer.from('cpandas\nDataFrame\n)R'))
    const expected = await read(same)
    expect((await read(changed({ meta: frame }))).splits).toEqual(expected.splits)
    await expect(read(changed({ text: frame }))).rejects.toThrow(
      /split train, text: invalid features: .*got an object \(pandas\.DataFrame\)/,
    )
  })
})

describe('files of any name', () => {
  it.each([
    ['without an ending that is known', 'features.data', writePickle(same)],
    ['packed with gzip', 'features.pkl.gz', gzipSync(writePickle(same))],
    ['packed with gzip, called a pickle', 'features.pkl', gzipSync(writePickle(same))],
  ])('%s', async (_, name, content) => {
    expect((await read(content, name)).splits).toEqual((await read(same)).splits)
  })

  it('splits under other names, and one after another', async () => {
    const expected = await read(same)
    const [train, valid, test] = splitNames.map(() => mmsaSplit()) as [
      Picklable,
      Picklable,
      Picklable,
    ]
    const renamed = new Map([
      ['TRAIN', train],
      ['dev', valid],
      ['Test', test],
    ])
    const other = await read(renamed)
    expect(other.splits).toEqual(expected.splits)
    expect(other.notes).toContain('valid: read from "dev"')
    const inARow = await read(
      Buffer.concat([train, valid, test].map((split) => writePickle(split))),
    )
    expect(inARow.splits).toEqual(expected.splits)
    expect(inARow.notes.join()).toContain('read as train, valid and test')
  })
})

describe('labels of any form', () => {
  const withLabels = (labels: Picklable) =>
    read(
      splits((split) => {
        for (const name of [...split.keys()])
          if (/label|annotation|length/.test(name)) split.delete(name)
        return split.set('labels', labels)
      }),
    )

  it('texts are classes, negative before neutral before positive', async () => {
    const { classNames, splits } = await withLabels(['Positive', 'Negative', 'Neutral'])
    expect(classNames).toEqual(['Negative', 'Neutral', 'Positive'])
    expect(splits[0]?.targets.classes).toEqual(Int32Array.of(2, 0, 1))
    const emotions = await withLabels(['sad', 'angry', 'sad'])
    expect(emotions.classNames).toEqual(['angry', 'sad'])
  })

  it('six columns are the emotions of CMU-MOSEI, seven its sentiment before them', async () => {
    const six = Array.from({ length: 18 }, (_, index) => index / 8)
    const names = ['happy', 'sad', 'anger', 'surprise', 'disgust', 'fear']
    const { emotionNames, splits } = await withLabels(float32Array([3, 1, 6], six))
    expect(emotionNames).toEqual(names)
    expect(splits[0]?.targets).toEqual({ emotions: Float32Array.from(six) })
    const seven = [0, 1, 2].flatMap((row) => [row, ...six.slice(6 * row, 6 * row + 6)])
    const both = await withLabels(float32Array([3, 7], seven))
    expect(both.emotionNames).toEqual(names)
    expect(both.splits[0]?.targets).toEqual({
      sentiment: Float32Array.of(0, 1, 2),
      emotions: Float32Array.from(six),
    })
  })

  it('one-hot rows are classes, other columns of yes and no are labels each', async () => {
    const oneHot = await withLabels(float32Array([3, 4], [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]))
    expect(oneHot.classNames).toEqual(['class 0', 'class 1', 'class 2', 'class 3'])
    expect(oneHot.splits[0]?.targets).toEqual({ classes: Int32Array.of(1, 0, 3) })
    const many = await withLabels(float32Array([3, 2], [0, 0, 1, 1, 0, 1]))
    expect(many.emotionNames).toEqual(['label 0', 'label 1'])
    expect(many.splits[0]?.targets).toEqual({ emotions: Float32Array.of(0, 0, 1, 1, 0, 1) })
  })

  it('annotations alone, and classes as texts, are classes', async () => {
    const expected = await read(changed({ regression_labels: undefined }))
    const names = expected.splits[0]?.targets.classes
    const annotated = await read(
      changed({ regression_labels: undefined, classification_labels: undefined }),
    )
    expect(annotated.splits[0]?.targets.classes).toHaveLength(names?.length ?? 0)
    const texts = await read(
      changed({ classification_labels: ['a', 'b', 'a'], annotations: undefined }),
    )
    expect(texts.classNames).toEqual(['a', 'b'])
  })
})

describe('lists of tuples, as MISA and MAG-BERT keep them', () => {
  const sample = (words: Picklable, id: string): Picklable => [
    [words, float32Array([2, 1], [1, 2]), float32Array([2, 2], [3, 4, 5, 6])],
    float32Array([1, 1], [0.5]),
    id,
  ]
  const three = (words: Picklable) =>
    new Map<string, Picklable>([
      ['train', [sample(words, 'a')]],
      ['dev', [sample(words, 'b')]],
      ['test', [sample(words, 'c')]],
    ])

  it('are words, vision and audio, a label and an id', async () => {
    const { splits } = await read(three(float32Array([2, 2], [7, 8, 9, 10])))
    expect(splits[0]).toMatchObject({ ids: ['a'], targets: { sentiment: Float32Array.of(0.5) } })
    const texts = await read(three(['so', 'what']))
    expect(texts.splits[0]).toMatchObject({ rawText: ['so what'] })
  })

  it('have no words where these are numbers of vectors that are not in the file', async () => {
    const { notes, splits } = await read(three(float32Array([2], [1, 2])))
    expect(notes.join()).toContain('the numbers of words are left out')
    expect(splits[0]).toMatchObject({ ids: ['a'] })
  })
})
