/** Labels and splits of a fold of .npy files. */
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFold } from '../../../../src/data/corpora/npy-folds/index.js'
import { type OpenOptions, openDataset } from '../../../../src/data/open.js'
import { floats, fold, integers } from './files.js'

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
      /train_label\.npy, row 1: a class out of range: expected an integer from 0 to 9999, got 2000000000/,
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
