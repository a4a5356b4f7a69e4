import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convertDataset, openDataset } from '../../src/data/open.js'
import { float32Array, writePickle } from '../support/data/pickle-writer.js'
import { mmsaSplit, plainSplit } from '../support/datasets.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()
const pickle = join(folder, 'corpus.pkl')
const train = mmsaSplit({
  audio: float32Array([3, 4, 1], [1, 2, 3, Number.NaN, 5, 0, 0, 0, 6, 7, 0, 0]),
})
writeFileSync(
  pickle,
  writePickle(
    new Map([
      ['train', train],
      ['valid', mmsaSplit()],
      ['test', mmsaSplit()],
    ]),
  ),
)

describe('opening a data set', () => {
  it('converts a pickle to a store that holds the same', async () => {
    const path = join(folder, 'corpus')
    await convertDataset(pickle, path, { invalid: 'zero', name: 'corpus of a test' })
    const [store, original] = [
      await openDataset(path),
      await openDataset(pickle, { invalid: 'zero' }),
    ]
    expect(store.name).toBe('corpus of a test')
    expect(store.notes).toEqual(original.notes)
    for (const name of ['train', 'valid', 'test'] as const) {
      expect(plainSplit(store.splits[name])).toEqual(plainSplit(original.splits[name]))
    }
    store.close()
    original.close()
  })

  it('leaves no store when the source is wrong', async () => {
    const path = join(folder, 'none')
    await expect(convertDataset(pickle, path, { invalid: 'refuse' })).rejects.toThrow(
      'a feature is not a finite number',
    )
    await expect(openDataset(path)).rejects.toThrow('none: no such file or folder')
  })

  it('lists the known kinds for anything else', async () => {
    const text = join(folder, 'notes.txt')
    writeFileSync(text, 'hello')
    await expect(openDataset(text)).rejects.toThrow(
      /notes.txt: this is not a data set: expected a pickle, .* with splits of features and labels, .* got plain text/,
    )
    const empty = join(folder, 'empty.pkl')
    mkdirSync(empty)
    await expect(openDataset(empty)).rejects.toThrow('not a data set of a known kind')
  })
})
