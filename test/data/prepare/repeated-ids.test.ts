/** Ids that stand for several samples are told, whatever layout the data set is in. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeStore } from '../../../src/data/corpora/store/index.js'
import { splitNames } from '../../../src/data/dataset.js'
import { openDataset } from '../../../src/data/open.js'
import { idRemarks } from '../../../src/data/prepare/ids/repeated.js'
import { writeNpy } from '../../../src/formats/npy/index.js'
import { datasetOf, readSample, smallContent, writeMmsa } from '../../support/datasets.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

const remarksOf = async (path: string) => {
  const dataset = await openDataset(path)
  dataset.close()
  return dataset.notes.filter((note) => / ids? (are|stand)/.test(note))
}

const ids = {
  train: { id: ['a', 'b', 'a'] },
  valid: { id: ['c', 'd', 'e'] },
  test: { id: ['b', 'b', 'b'] },
}
const said = [
  'train: 1 id stands for several samples: a',
  'test: 1 id stands for several samples: b',
  'test: 3 ids are also in train or valid',
]

describe('ids of several samples', () => {
  it('are told of a pickle, and once of a store that was made of it', async () => {
    const path = writeMmsa(at('twice.pkl'), ids)
    expect(await remarksOf(path)).toEqual(said)
    const dataset = await openDataset(path)
    await writeStore(dataset, at('store'))
    dataset.close()
    expect(await remarksOf(at('store'))).toEqual(said)
  })

  it('are told of a folder of tables', async () => {
    mkdirSync(at('tables'))
    const rows = Object.entries(ids).flatMap(([split, { id }]) =>
      id.map((name) => `${name},${split},1`),
    )
    writeFileSync(join(at('tables'), 'labels.csv'), ['id,split,label', ...rows].join('\n'))
    writeNpy(join(at('tables'), 'audio.npy'), 'Float32Array', [9, 1], (write) =>
      write(Float32Array.from(rows.keys())),
    )
    expect(await remarksOf(at('tables'))).toEqual(said)
    // Rows of a table without ids belong to the samples in their order, whatever those are called.
    const dataset = await openDataset(at('tables'))
    const values = splitNames.map((name) =>
      ids[name].id.map((_, row) => readSample(dataset.splits[name].features.audio, row)),
    )
    expect(values.flat(2)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    dataset.close()
  })

  it('are named up to the fifth, and those of one sample are not', () => {
    const dataset = datasetOf(smallContent, smallContent, smallContent)
    expect(idRemarks(dataset)).toEqual([])
    const many = Array.from({ length: 20 }, (_, row) => `id${row % 10}`)
    const { train, valid, test } = dataset.splits
    expect(idRemarks({ splits: { train: { ...train, ids: many }, valid, test } })).toEqual([
      'train: 10 ids stand for several samples: id0, id1, id2, id3, id4, ...',
    ])
  })
})
