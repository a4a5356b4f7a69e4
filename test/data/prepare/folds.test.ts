import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFolds, openFold } from '../../../src/data/corpora/npy-folds/index.js'
import type { Dataset } from '../../../src/data/dataset.js'
import { type OpenOptions, openDataset } from '../../../src/data/open.js'
import { tokenSource } from '../../../src/data/tokens.js'
import { writeNpy } from '../../../src/formats/npy/index.js'
import { readSample } from '../../support/datasets.js'
import { temporaryFolder } from '../../support/folders.js'

const root = temporaryFolder()
let made = 0

const floats = (path: string, shape: readonly number[], values: readonly number[]) =>
  writeNpy(path, 'Float32Array', shape, (put) => put(Float32Array.from(values)))
const integers = (path: string, shape: readonly number[], values: readonly number[]) =>
  writeNpy(path, 'Int32Array', shape, (put) => put(Int32Array.from(values)))

/** Three samples, of which the second has no frames; the words are numbers. */
function writeFold(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const split of ['train', 'dev', 'test']) {
    const file = (part: string) => join(folder, `${split}_${part}.npy`)
    integers(file('label'), [3], [6, 2, 0])
    integers(file('text'), [3, 4], [2, 1, 0, 0, 1, 1, 1, 1, 3, 3, 2, 1])
    floats(file('video'), [3, 2, 1], [1, 2, 0, 0, 5, 0])
    integers(file('video_seqN'), [3], [2, 0, 1])
    floats(file('audio_mfcc'), [3, 3, 1], [1, 2, 0, 3, 4, 5, 6, 7, 8])
    integers(file('audio_seqN'), [3], [2, 3, 750])
    floats(file('audio_prosody'), [3, 2], [1, 2, 3, 4, 5, 6])
  }
  floats(join(folder, 'W_embedding.npy'), [4, 2], [0, 0, 1, 1.5, 2, 2.5, 3, 3.5])
  return folder
}

const fold = () => writeFold(join(root, `iemocap${made++}`, 'fold1'))

const samples = (dataset: Dataset, split: 'train' | 'test' = 'train') =>
  dataset.splits[split].ids.map((id, row) => {
    const { text, audio, vision } = dataset.splits[split].features
    return {
      id,
      text: readSample(text, row),
      audio: readSample(audio, row),
      vision: readSample(vision, row),
    }
  })

describe('a fold of .npy files', () => {
  it('is read with its true lengths, word vectors, prosody and classes, without faceless samples', async () => {
    const dataset = await openDataset(fold())
    expect(dataset).toMatchObject({ name: 'fold1', aligned: false, synthetic: false })
    expect(dataset.classNames).toEqual([
      'angry',
      'excited',
      'happy',
      'sad',
      'frustrated',
      'surprise',
      'neutral',
    ])
    expect(samples(dataset)).toEqual([
      { id: 'train-0', text: [2, 2.5, 1, 1.5], audio: [1, 2], vision: [1, 2] },
      {
        id: 'train-2',
        text: [3, 3.5, 3, 3.5, 2, 2.5, 1, 1.5],
        audio: [6, 7, 8],
        vision: [5],
      },
    ])
    expect(dataset.splits.valid.targets.classes).toEqual(Int32Array.of(6, 0))
    const { prosody } = dataset.splits.test.features
    expect([0, 1].map((row) => readSample(prosody, row))).toEqual([
      [1, 2],
      [5, 6],
    ])
    expect(dataset.notes).toEqual([
      'train: 1 of 3 samples have no frames and are dropped',
      'valid: 1 of 3 samples have no frames and are dropped',
      'test: 1 of 3 samples have no frames and are dropped',
      'classes by their published order: angry, excited, happy, sad, frustrated, surprise, neutral',
    ])
    dataset.close()
  })

  it('calls seven classes by their numbers where nothing says that they are IEMOCAP’s', () => {
    const dataset = openFold(writeFold(join(root, `corpus${made++}`, 'fold1')))
    expect(dataset.classNames?.[6]).toBe('class 6')
    dataset.close()
  })

  it('may have its word vectors above it, or in place of the words', () => {
    const folder = fold()
    rmSync(join(folder, 'W_embedding.npy'))
    expect(() => openFold(folder)).toThrow(
      /train_text\.npy: the words are numbers, and their vectors are missing: expected W_embedding\.npy/,
    )
    floats(join(folder, '..', 'glove_embedding.npy'), [4, 1], [0, 10, 20, 30])
    const above = openFold(folder)
    expect(samples(above)[0]?.text).toEqual([20, 10])
    above.close()
    // Here 9 stands for the vector of the padding.
    for (const split of ['train', 'dev', 'test']) {
      floats(join(folder, `${split}_text.npy`), [3, 3, 1], [1, 0, 9, 2, 9, 9, 3, 4, 5])
    }
    const looked = openFold(folder)
    expect(samples(looked).map(({ text }) => text)).toEqual([[1], [3, 4, 5]])
    looked.close()
  })

  it('may be called as the first published code calls it, and lack modalities', () => {
    const folder = fold()
    for (const split of ['train', 'dev', 'test']) {
      rmSync(join(folder, `${split}_text.npy`))
      rmSync(join(folder, `${split}_video.npy`))
      integers(join(folder, `${split}_nlp_trans.npy`), [3, 2], [1, 0, 1, 1, 2, 2])
      integers(join(folder, `${split}_label.npy`), [3, 1], [1, 2, 0])
    }
    const dataset = openFold(folder)
    expect(dataset.classNames).toEqual(['class 0', 'class 1'])
    expect(dataset.splits.train.features.vision).toBeUndefined()
    expect(dataset.splits.train.features.text?.lengths).toEqual(Int32Array.of(1, 2))
    dataset.close()
    const deaf = openFold(folder, { modalities: { audio: false } })
    expect(deaf.splits.train.features.audio).toBeUndefined()
    deaf.close()
    expect(() => openFold(folder, { modalities: { audio: 'spectrum' } })).toThrow(
      /a file of the fold is missing: expected train_spectrum\.npy/,
    )
  })

  it('is refused where files contradict each other, with file and row', () => {
    const folder = fold()
    const damage = (part: string, write: (path: string) => void, message: RegExp) => {
      write(join(folder, `train_${part}.npy`))
      expect(() => openFold(folder, { invalid: 'refuse' })).toThrow(message)
      writeFold(folder)
    }
    damage('label', (path) => integers(path, [3], [1, -1, 0]), /train_label\.npy, row 1: .*got -1/)
    damage(
      'label',
      (path) => integers(path, [2], [1, 0]),
      /expected numbers, 2 .*got int32 \[3, 4\]/,
    )
    damage(
      'video',
      (path) => floats(path, [3, 2], [1, 2, 3, 4, 5, 6]),
      /steps x width, got float32 \[3, 2\]/,
    )
    damage(
      'text',
      (path) => integers(path, [3, 2], [1, 4, 1, 1, 1, 1]),
      /train_text\.npy, row 0, step 1: a word has no vector: expected 0 to 3.*got 4/,
    )
    damage('audio_prosody', (path) => floats(path, [3, 1], [1, Number.NaN, 2]), /row 1, feature 0/)
    const { NaN: nan } = Number
    damage(
      'audio_mfcc',
      (path) => floats(path, [3, 3, 1], [1, nan, 0, 3, 4, 5, 6, 7, 8]),
      /split train, audio, row 0 \(train-0\), step 1/,
    )
    floats(join(folder, 'train_audio_prosody.npy'), [3, 2], [1, nan, 3, 4, 5, 6])
    const mended = openFold(folder, { invalid: 'zero' })
    const { prosody } = mended.splits.train.features
    expect([0, 1].map((row) => readSample(prosody, row))).toEqual([
      [1, 0],
      [5, 6],
    ])
    expect(mended.notes).toContain('train: 1 invalid numbers of the prosody read as 0')
    mended.close()
    writeFold(folder)
    rmSync(join(folder, 'dev_label.npy'))
    expect(() => openFold(folder)).toThrow(/a file of the fold is missing: expected dev_label\.npy/)
  })
})

describe('labels of a fold', () => {
  const labelled = (labels: readonly number[], write = floats) => {
    const folder = fold()
    for (const split of ['train', 'dev', 'test']) {
      rmSync(join(folder, `${split}_video_seqN.npy`))
      write(join(folder, `${split}_label.npy`), [3], labels)
    }
    return folder
  }
  const read = (folder: string, options: OpenOptions = {}) => {
    const dataset = openFold(folder, options)
    dataset.close()
    const { ids, targets } = dataset.splits.train
    return { ids, targets, notes: dataset.notes.filter((note) => /label|scale/.test(note)) }
  }

  it('that are fractions are sentiment, settled as in every other layout', () => {
    expect(read(labelled([-1.5, 0, 3])).targets).toEqual({ sentiment: Float32Array.of(-1.5, 0, 3) })
    const beyond = labelled([-6, 0.5, 2])
    expect(() => read(beyond)).toThrow(/split train, row 0 \(train-0\): sentiment out of range/)
    expect(() => read(beyond, { labels: 'refuse' })).toThrow(/sentiment out of range/)
    expect(read(beyond, { labels: 'clip' }).targets.sentiment).toEqual(Float32Array.of(-3, 0.5, 2))
    expect(read(beyond, { labels: 'drop' }).ids).toEqual(['train-1', 'train-2'])
    expect(read(beyond, { labels: 'rescale' })).toMatchObject({
      targets: { sentiment: Float32Array.of(-3, 0.25, 1) },
      notes: ['labels from -6 to 6 are scaled to -3 to 3'],
    })
  })

  it('that are missing are left out, or refused', () => {
    const note = (name: string) => `${name}: 1 samples without a label (NaN) are left out`
    for (const labels of [
      [Number.NaN, 0.5, 2],
      [Number.NaN, 1, 2],
    ]) {
      const found = read(labelled(labels))
      expect(found.ids).toEqual(['train-1', 'train-2'])
      expect(found.notes).toEqual(['train', 'valid', 'test'].map(note))
      expect(() => read(labelled(labels), { labels: 'refuse' })).toThrow(/row 0.*got NaN/)
      // What is to be predicted needs none.
      expect(read(labelled(labels), { unlabelled: true }).ids).toHaveLength(3)
    }
    expect(read(labelled([Number.NaN, 1, 2])).targets).toEqual({ classes: Int32Array.of(1, 2) })
  })

  it('that are whole numbers as floats are classes, unless a policy treats them as scores', () => {
    expect(read(labelled([1, 5, 3])).targets).toEqual({ classes: Int32Array.of(1, 5, 3) })
    const { targets } = read(labelled([1, 5, 3]), { labels: 'rescale' })
    expect(targets).toEqual({ sentiment: Float32Array.of(-3, 3, 0) })
    expect(read(labelled([-1, 0, 1], integers)).targets.sentiment).toEqual(
      Float32Array.of(-1, 0, 1),
    )
  })

  it('of a class beyond all bounds are refused before its names are made', () => {
    expect(() => read(labelled([1, 2e9, 3], integers))).toThrow(
      /train_label\.npy, row 1: a class out of range: expected a whole number from 0 to 9999, got 2000000000/,
    )
  })
})

describe('splits of a fold', () => {
  const renamed = (prefix: string) => {
    const folder = fold()
    for (const name of readdirSync(folder).filter((file) => file.startsWith('dev_'))) {
      renameSync(join(folder, name), join(folder, name.replace('dev_', `${prefix}_`)))
    }
    return folder
  }

  it('may be called otherwise', async () => {
    for (const prefix of ['val', 'valid']) {
      const dataset = await openDataset(renamed(prefix))
      expect(dataset.splits.valid.ids).toHaveLength(2)
      dataset.close()
    }
    const folder = renamed('hold_out')
    await expect(openDataset(folder)).rejects.toThrow(/missing: expected dev_label\.npy/)
    const told = await openDataset(folder, { names: { valid: 'hold_out' } })
    expect(told.splits.valid.ids).toHaveLength(2)
    told.close()
    integers(join(folder, 'train_valence.npy'), [3], [0, 0, 0])
    integers(join(folder, 'hold_out_valence.npy'), [3], [1, 1, 1])
    integers(join(folder, 'test_valence.npy'), [3], [2, 2, 2])
    const names = { valid: 'hold_out', labels: 'valence' }
    const valence = await openDataset(folder, { names })
    expect(valence.splits.test.targets).toEqual({ classes: Int32Array.of(2, 2) })
    valence.close()
  })
})

describe('folds', () => {
  it('are found below a folder, in the order of their numbers', async () => {
    const above = join(root, 'many')
    for (const name of ['fold10', 'fold2', 'fold1']) writeFold(join(above, 'folds', name))
    mkdirSync(join(above, 'other'))
    const folds = listFolds(above)
    expect(folds.map(({ name }) => name)).toEqual(['fold1', 'fold2', 'fold10'])
    expect(folds.every(({ path }) => existsSync(path))).toBe(true)
    expect(listFolds(join(above, 'folds'))).toEqual(folds)
    expect(listFolds(join(above, 'other'))).toEqual([])
    await expect(openDataset(above)).rejects.toThrow(
      /a folder of several folds: expected one fold, got fold1, fold2, fold10\. Name one/,
    )
    const only = fold()
    const dataset = await openDataset(join(only, '..'))
    expect(dataset.name).toBe('fold1')
    dataset.close()
    expect(() => listFolds(join(root, 'nowhere'))).toThrow(/no such file or folder/)
  })
})

describe('words as numbers', () => {
  it('become their vectors when they are read', () => {
    const vectors = Float32Array.of(0, 0, 1, 2, 3, 4)
    const tokens = { indices: Int32Array.of(2, 1, 1, 0), steps: 2, width: 2, vectors }
    const source = tokenSource({ ...tokens, lengths: Int32Array.of(2, 0) }, 'test')
    expect([...source.lengths]).toEqual([2, 1])
    expect(readSample(source, 0)).toEqual([3, 4, 1, 2])
    const target = new Float32Array(4).fill(7)
    source.read(1, target, 1)
    expect([...target]).toEqual([7, 0, 0, 7])
    const wrong = { ...tokens, indices: Int32Array.of(2, 3, 0, 0), lengths: Int32Array.of(2, 0) }
    expect(() => tokenSource(wrong, 'test')).toThrow(/test, row 0, step 1/)
  })
})
