/** Folds of .npy files: features, word numbers, several folds, and what is refused. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFolds, openFold } from '../../../../src/data/corpora/npy-folds/index.js'
import { openDataset } from '../../../../src/data/open.js'
import { tokenSource } from '../../../../src/data/tokens.js'
import { readSample } from '../../../support/datasets.js'
import { floats, fold, integers, root, samples, writeFold } from './files.js'

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
    const dataset = openFold(writeFold(join(root, 'corpus', 'fold1')))
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
