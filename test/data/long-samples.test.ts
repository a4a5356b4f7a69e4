/** A sample of 80,000 steps reads in every form, and is batched with its own length. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collateBatch } from '../../src/data/batch.js'
import { openSequences } from '../../src/data/corpora/csd/index.js'
import { writeStore } from '../../src/data/corpora/store/index.js'
import type { Dataset } from '../../src/data/dataset.js'
import { openDataset } from '../../src/data/open.js'
import { writeNpy } from '../../src/formats/npy/index.js'
import { float32Array, type Picklable, writePickle } from '../support/data/pickle-writer.js'
import { writeSequence } from '../support/data/sequence-files.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const steps = 80_000
/** One long sample of width 2, of numbers that are never 0, and one of a single step. */
const long = Float32Array.from({ length: 2 * steps }, (_, index) => 1 + (index % 1000))
const short = Float32Array.of(5, 6)
const padded = new Float32Array(4 * steps)
padded.set(long)
padded.set(short, 2 * steps)

async function check(dataset: Dataset) {
  const split = dataset.splits.train
  expect(split.features.audio?.lengths).toEqual(Int32Array.of(steps, 1))
  const batch = await collateBatch(split, Int32Array.of(1, 0), ['audio'])
  const { audio } = batch.features
  expect(audio?.shape).toEqual([2, steps, 2])
  expect(audio?.lengths).toEqual(Int32Array.of(1, steps))
  const values = audio?.values
  if (!(values instanceof Float32Array)) throw new Error('features are floats')
  // Comparing bytes is a hundred times as fast as comparing numbers one by one.
  const second = values.slice(2 * steps)
  expect(Buffer.from(second.buffer).equals(Buffer.from(long.buffer))).toBe(true)
  dataset.close()
}

const pickle = (name: string, audio: Picklable, labels: string) => {
  const split = () =>
    new Map<string, Picklable>([
      ['id', ['a', 'b']],
      ['audio', audio],
      [labels, float32Array([2], [1, -1])],
    ])
  writeFileSync(
    at(name),
    writePickle(new Map(['train', 'valid', 'test'].map((part) => [part, split()]))),
  )
  return at(name)
}

describe('a sample of 80,000 steps', () => {
  it.each([
    ['in MMSA’s layout', 'regression_labels', float32Array([2, steps, 2], padded)],
    ['in MulT’s layout', 'labels', float32Array([2, steps, 2], padded)],
    [
      'in a list of arrays',
      'regression_labels',
      [float32Array([steps, 2], long), float32Array([1, 2], short)],
    ],
  ])('reads %s', async (name, labels, audio) => {
    await check(await openDataset(pickle(`${name.length}.pkl`, audio, labels)))
  })

  it('reads from a store', async () => {
    const audio = float32Array([2, steps, 2], padded)
    const dataset = await openDataset(pickle('converted.pkl', audio, 'labels'))
    await writeStore(dataset, at('store'))
    dataset.close()
    await check(await openDataset(at('store')))
    // By offset, as a store that is larger than memory.
    await check(await openDataset(at('store'), { memoryLimit: 0 }))
  })

  it('reads from a fold', async () => {
    mkdirSync(at('fold'))
    for (const split of ['train', 'dev', 'test']) {
      const file = (part: string) => join(at('fold'), `${split}_${part}.npy`)
      writeNpy(file('label'), 'Int32Array', [2], (put) => put(Int32Array.of(0, 1)))
      writeNpy(file('audio_mfcc'), 'Float32Array', [2, steps, 2], (put) => put(padded))
    }
    await check(await openDataset(at('fold')))
  })

  it('reads from a table with one row a step', async () => {
    const rows = ['train', 'valid', 'test'].flatMap((split) => [
      ...Array.from(
        { length: steps },
        (_, step) => `${split}-a,${split},1,${long[2 * step]},${long[2 * step + 1]}`,
      ),
      `${split}-b,${split},0,5,6`,
    ])
    writeFileSync(at('steps.csv'), ['id,split,label,audio_0,audio_1', ...rows].join('\n'))
    await check(await openDataset(at('steps.csv')))
  })

  it('reads from a computational sequence', async () => {
    const rowsOf = (values: Float32Array) =>
      Array.from({ length: values.length / 2 }, (_, row) => [
        values[2 * row] ?? 0,
        values[2 * row + 1] ?? 0,
      ])
    const audio = await writeSequence(at('audio.csd'), 'audio', {
      a: {
        features: rowsOf(long),
        intervals: Array.from({ length: steps }, (_, row) => [row / 100, (row + 1) / 100]),
      },
      b: { features: rowsOf(short), intervals: [[0, 1]] },
    })
    const labels = await writeSequence(at('labels.csd'), 'labels', {
      a: { features: [[1]], intervals: [[0, steps / 100]] },
      b: { features: [[-1]], intervals: [[0, 1]] },
    })
    const split = { train: ['a', 'b'], valid: [], test: [] }
    await check(await openSequences({ audio, labels, split, alignment: 'none' }))
  })
})
