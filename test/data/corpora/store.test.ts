import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openStore, writeStore } from '../../../src/data/corpora/store/index.js'
import type { Dataset } from '../../../src/data/dataset.js'
import { wholeFeature } from '../../../src/data/feature.js'
import {
  datasetOf,
  plainSplit,
  readSample,
  type SplitContent,
  smallContent,
} from '../../support/datasets.js'
import { temporaryFolder } from '../../support/folders.js'

const folder = temporaryFolder()

const number = fc.float({ noNaN: true, noDefaultInfinity: true })
const sequence = (width: number) =>
  fc.integer({ min: 1, max: 4 }).chain((steps) => {
    return fc.array(number, { minLength: steps * width, maxLength: steps * width })
  })
const sample = fc.tuple(sequence(2), sequence(1), fc.integer({ min: -3, max: 3 }))
const content: fc.Arbitrary<SplitContent> = fc
  .array(sample, { minLength: 1, maxLength: 5 })
  .map((samples) => ({
    text: samples.map(([text]) => text),
    audio: samples.map(([, audio]) => audio),
    sentiment: samples.map(([, , sentiment]) => sentiment),
  }))

const small = smallContent
const example = () => datasetOf(small, small, small)

const plain = (dataset: Dataset) => ({
  ...dataset,
  close: undefined,
  splits: Object.values(dataset.splits).map(plainSplit),
})

describe('the native store', () => {
  it('gives back what was written, from memory or by offset', async () => {
    const path = join(folder, 'round')
    await fc.assert(
      fc.asyncProperty(content, content, content, async (train, valid, test) => {
        const dataset = datasetOf(train, valid, test)
        await writeStore(dataset, path)
        for (const memoryLimit of [0, 1 << 20]) {
          const opened = openStore(path, { memoryLimit })
          expect(plain(opened)).toEqual(plain(dataset))
          opened.close()
        }
      }),
      { numRuns: 6 },
    )
    expect(readdirSync(folder)).toEqual(['round'])
  })

  it('keeps prosody and speakers, and refuses prosody of another number', async () => {
    const path = join(folder, 'prosody')
    const dataset = example()
    const { train, valid, test } = dataset.splits
    const spoken = (split: typeof train, first: number) => ({
      ...split,
      features: {
        ...split.features,
        prosody: wholeFeature(2, Float32Array.of(first, 2, 3, 4, 5, 6)),
      },
      speakers: ['Ann', 'Bob', 'Ann'],
    })
    const splits = { train: spoken(train, 1), valid: spoken(valid, 7), test: spoken(test, 8) }
    await writeStore({ ...dataset, splits }, path)
    const opened = openStore(path)
    expect(plain(opened)).toEqual(plain({ ...dataset, splits }))
    expect(readSample(opened.splits.valid.features.prosody, 0)).toEqual([7, 2])
    opened.close()
    const short = { ...test.features, prosody: wholeFeature(2, new Float32Array(4)) }
    await expect(
      writeStore({ ...dataset, splits: { ...splits, test: { ...test, features: short } } }, path),
    ).rejects.toThrow(/split test: prosody and ids differ in number: expected 3 samples, got 2/)
    await expect(writeStore({ ...dataset, splits: { ...splits, test } }, path)).rejects.toThrow(
      /split test: prosody differs between the splits: expected 2 features without time, as in train, got none/,
    )
    rmSync(path, { recursive: true })
  })

  it('is a manifest and plain files', async () => {
    const path = join(folder, 'deep/plain')
    await writeStore(example(), path)
    expect(
      readdirSync(path)
        .filter((name) => name.startsWith('valid'))
        .sort(),
    ).toEqual([
      'valid.audio.npy',
      'valid.audio.offsets.npy',
      'valid.classes.npy',
      'valid.emotions.npy',
      'valid.samples.json',
      'valid.sentiment.npy',
      'valid.text.npy',
      'valid.text.offsets.npy',
    ])
  })

  it('leaves nothing when writing fails, and keeps what was there', async () => {
    const dataset = example()
    const failing: Dataset = {
      ...dataset,
      splits: {
        ...dataset.splits,
        test: {
          ...dataset.splits.test,
          features: {
            text: dataset.splits.test.features.text ?? {
              width: 2,
              lengths: new Int32Array(3),
              read() {},
            },
            audio: {
              width: 1,
              lengths: Int32Array.of(1, 3, 2),
              read() {
                throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
              },
            },
          },
        },
      },
    }
    const place = join(folder, 'failing')
    mkdirSync(place)
    const path = join(place, 'store')
    await expect(writeStore(failing, path)).rejects.toThrow(`${path}: the disk is full`)
    expect(readdirSync(place)).toEqual([])
    await writeStore(dataset, path)
    await expect(writeStore(failing, path)).rejects.toThrow('the disk is full')
    expect(readdirSync(place)).toEqual(['store'])
    expect(plain(openStore(path))).toEqual(plain(dataset))
  })

  it('replaces a store or an empty folder, and nothing else', async () => {
    const foreign = join(folder, 'foreign')
    mkdirSync(foreign)
    await writeStore(example(), foreign)
    rmSync(join(foreign, 'manifest.json'))
    await expect(writeStore(example(), foreign)).rejects.toThrow('with other content is in the way')
    expect(existsSync(join(foreign, 'train.text.npy'))).toBe(true)
    const file = join(folder, 'file')
    writeFileSync(file, 'text')
    await expect(writeStore(example(), file)).rejects.toThrow(
      'a file with other content is in the way',
    )
    await expect(writeStore(example(), join(file, 'within'))).rejects.toThrow(/file.within: /)
  })

  it('reads 0 for invalid numbers where that is wished, from memory or by offset', async () => {
    const path = join(folder, 'mended')
    const broken = { ...small, text: [[1, Number.NaN, 3, 4], ...small.text.slice(1)] }
    await writeStore(datasetOf(broken, small, small), path)
    for (const memoryLimit of [0, 1 << 20]) {
      const opened = openStore(path, { memoryLimit, invalid: 'zero' })
      expect(readSample(opened.splits.train.features.text, 0)).toEqual([1, 0, 3, 4])
      opened.close()
    }
  })

  it('refuses to write a data set that is not valid', async () => {
    const wrong = datasetOf(small, small, { ...small, sentiment: [0, 0, 4] })
    const path = join(folder, 'invalid')
    await expect(writeStore(wrong, path)).rejects.toThrow(
      'example, split test, row 2 (test2): sentiment out of range',
    )
    expect(existsSync(path)).toBe(false)
  })

  describe('notices', () => {
    const good = join(folder, 'good')
    const bad = join(folder, 'bad')
    beforeAll(() => writeStore(example(), good))
    const damage = (change: () => void) => {
      rmSync(bad, { recursive: true, force: true })
      cpSync(good, bad, { recursive: true })
      change()
      return () => openStore(bad)
    }
    const inBad = (name: string) => join(bad, name)
    const edit = (name: string, change: (text: string) => string) =>
      writeFileSync(inBad(name), change(readFileSync(inBad(name), 'utf8')))

    it('a file cut short', () => {
      for (const name of readdirSync(good)) {
        const open = damage(() => truncateSync(inBad(name), statSync(inBad(name)).size - 2))
        if (name.endsWith('.npy'))
          expect(open, name).toThrow(`${name}: the array's bytes do not match`)
        else expect(open, name).toThrow(/json: is not valid JSON/)
      }
    })

    it('a missing file', () => {
      expect(damage(() => rmSync(inBad('test.audio.npy')))).toThrow('test.audio.npy: no such file')
      expect(damage(() => rmSync(inBad('manifest.json')))).toThrow('manifest.json: no such file')
    })

    it('files of another data set', async () => {
      const other = join(folder, 'other')
      const two = {
        text: [
          [1, 2],
          [3, 4],
        ],
        audio: [[1], [2]],
        sentiment: [0, 0],
      }
      await writeStore(datasetOf(two, two, two), other)
      for (const name of ['train.text.npy', 'train.text.offsets.npy', 'train.sentiment.npy']) {
        const open = damage(() => cpSync(join(other, name), inBad(name)))
        expect(open).toThrow(`${name}: the file does not match the manifest`)
      }
      const samples = 'train.samples.json'
      expect(damage(() => cpSync(join(other, samples), inBad(samples)))).toThrow(
        'expected 3, got 2',
      )
    })

    it('offsets that fall or end elsewhere', () => {
      const fall = damage(() => {
        const bytes = readFileSync(inBad('train.text.offsets.npy'))
        bytes.writeBigInt64LE(99n, bytes.length - 16)
        writeFileSync(inBad('train.text.offsets.npy'), bytes)
      })
      expect(fall).toThrow('train.text.offsets.npy: the offsets do not match the steps')
    })

    it('a manifest of another version or another thing', () => {
      expect(
        damage(() => edit('manifest.json', (text) => text.replace('"version": 1', '"version": 2'))),
      ).toThrow('another version of Limbic: expected version 1, got 2')
      expect(
        damage(() => edit('manifest.json', (text) => text.replace('"width": 2', '"width": "x"'))),
      ).toThrow(/manifest.json, splits.train.sequences.text.width: does not describe a data set/)
    })
  })
})
