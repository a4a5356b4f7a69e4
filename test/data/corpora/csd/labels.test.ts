/** Labels, segments and splits of computational sequences, and what is refused. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSequences } from '../../../../src/data/corpora/csd/index.js'
import { files, folder, write } from './files.js'

describe('labels and splits of computational sequences', () => {
  it('reads the seven label columns of CMU-MOSEI, and no other number of columns', async () => {
    const given = await files()
    const label = (...values: number[]) => ({ features: [values], intervals: [[0, 4]] })
    const seven = label(-2, 0, 1, 0.5, 0, 3, 0)
    const dataset = await openSequences({
      ...given,
      labels: await write('labels', { a: seven, b: seven }),
    })
    expect(dataset.emotionNames).toEqual(['happy', 'sad', 'anger', 'surprise', 'disgust', 'fear'])
    expect(dataset.splits.train.targets).toEqual({
      sentiment: Float32Array.of(-2),
      emotions: Float32Array.of(0, 1, 0.5, 0, 3, 0),
    })
    dataset.close()
    const rows = {
      features: [
        [1, 3, 0, 0, 1 / 3, 0, 0],
        [-3, 0, 0, 2, 0, 0, 0.5],
      ],
      intervals: [
        [0, 2],
        [2, 4],
      ],
    }
    const several = await openSequences({
      ...given,
      labels: await write('labels', { a: rows, b: rows }),
    })
    expect(several.splits.test.targets).toEqual({
      sentiment: Float32Array.of(1, -3),
      emotions: Float32Array.of(3, 0, 0, 1 / 3, 0, 0, 0, 0, 2, 0, 0, 0.5),
    })
    several.close()
    const two = await openSequences({
      ...given,
      labels: await write('labels', { a: label(1, 2), b: label(1, 2) }),
    })
    expect(two.emotionNames).toEqual(['label 0', 'label 1'])
    expect(two.splits.train.targets).toEqual({ emotions: Float32Array.of(1, 2) })
    two.close()
  })

  it('reads labels that are texts as classes', async () => {
    const said = (word: string) => ({ features: [word], intervals: [[0, 4]] })
    const labels = await write('labels', { a: said('Sad'), b: said('Happy') })
    const dataset = await openSequences({ ...(await files()), labels })
    expect(dataset.classNames).toEqual(['Happy', 'Sad'])
    expect(dataset.splits.train.targets).toEqual({ classes: Int32Array.of(1) })
    dataset.close()
  })

  it('reads files that are cut into segments already, by video or by segment', async () => {
    const rows = (value: number) => ({
      features: [[value], [value]],
      intervals: [
        [0, 2],
        [2, 4],
      ],
    })
    const all = (make: (value: number) => Parameters<typeof write>[1][string]) => ({
      'a[10]': make(3),
      'a[2]': make(2),
      'b[0]': make(1),
    })
    const given = {
      text: await write('text', all(rows)),
      labels: await write(
        'labels',
        all((value) => ({ features: [[value / 4]], intervals: [[0, 4]] })),
      ),
    }
    for (const split of [
      { train: ['a'], valid: [], test: ['b'] },
      { train: ['a[2]', 'a[10]'], valid: [], test: ['b[0]'] },
    ]) {
      const dataset = await openSequences({ ...given, split })
      expect(dataset.splits.train.ids).toEqual(['a[2]', 'a[10]'])
      expect(dataset.splits.train.targets).toEqual({ sentiment: Float32Array.of(0.5, 0.75) })
      expect(dataset.splits.test.ids).toEqual(['b[0]'])
      dataset.close()
    }
  })

  it('refuses bad splits, files that are swapped, and options that need more', async () => {
    const given = await files()
    const split = join(folder, 'split.json')
    const opening = (content: string) => {
      writeFileSync(split, content)
      return expect(openSequences({ ...given, split }))
    }
    await opening('{').rejects.toThrow(/split\.json: is not valid JSON/)
    await opening('{"train": ["a"]}').rejects.toThrow(/not a split of videos/)
    await opening('{"train": ["a"], "valid": [], "test": ["a"]}').rejects.toThrow(
      /a in train and in test/,
    )
    await expect(openSequences({ ...given, split: join(folder, 'none.json') })).rejects.toThrow(
      /no such file/,
    )
    await expect(openSequences({ ...given, words: given.text ?? '' })).rejects.toThrow(
      /expected words, got numbers/,
    )
    const { labels, audio = '', split: lists } = given
    await expect(openSequences({ labels, split: lists })).rejects.toThrow(/no modality is given/)
    await expect(openSequences({ labels, audio, split: lists })).rejects.toThrow(
      /nothing to align to/,
    )
  })
})
