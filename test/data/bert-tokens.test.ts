import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/data/open.js'
import { checkFeature } from '../../src/learn/step/features.js'
import { float32Array, type Picklable, writePickle } from '../support/data/pickle-writer.js'
import { temporaryPaths } from '../support/folders.js'

const path = temporaryPaths()
const lengths = [4, 2, 0]

/** samples x 3 x 4: token numbers, mask, segments. */
const bert = () =>
  float32Array(
    [3, 3, 4],
    lengths.flatMap((length) => [
      ...[101, 7, 8, 102].map((token, step) => (step < length ? token : 0)),
      ...[0, 1, 2, 3].map((step) => Number(step < length)),
      ...[0, 0, 0, 0],
    ]),
  )

function file(name: string, labels: string, text = bert()): string {
  const split = () =>
    new Map<string, Picklable>([
      ['text', text],
      ['audio', float32Array([3, 5, 2], new Float32Array(30).fill(1))],
      [labels, float32Array([3], [0.5, -1, 2])],
    ])
  const content = new Map(['train', 'valid', 'test'].map((name) => [name, split()]))
  writeFileSync(path(name), writePickle(content))
  return path(name)
}

describe.each(['regression_labels', 'labels'])('tokens beside %s', (labels) => {
  it('are whole numbers with the lengths of their mask', async () => {
    const dataset = await openDataset(file(`${labels}.pkl`, labels))
    const { text, audio } = dataset.splits.train.features
    expect(text).toMatchObject({ dataType: 'int64', shape: [], width: 1 })
    // A sample without any token is one of padding.
    expect([...(text?.lengths ?? [])]).toEqual([4, 2, 1])
    const tokens = new BigInt64Array(4)
    await text?.read(0, tokens, 0)
    expect([...tokens]).toEqual([101n, 7n, 8n, 102n])
    expect(audio?.width).toBe(2)
    expect(dataset.notes.join()).toMatch(/text are tokens/)
    dataset.close()
  })

  it('are refused with a word by a model of word vectors', async () => {
    const dataset = await openDataset(file(`${labels}-refused.pkl`, labels))
    const { text } = dataset.splits.train.features
    const words = { name: 'text', dataType: 'float32', time: 'time', optional: false } as const
    const tokens = { ...words, dataType: 'int64', shape: [] } as const
    if (!text) throw new Error('no text')
    expect(() => checkFeature(text, words, 'here')).toThrow(
      /expected float32 \[time, 1\], got int64 \[time\].*token numbers, as in text_bert/,
    )
    checkFeature(text, tokens, 'here')
    dataset.close()
  })
})

it('three steps of other numbers are features', async () => {
  const numbers = float32Array(
    [3, 3, 4],
    Array.from({ length: 36 }, (_, index) => index / 7),
  )
  const dataset = await openDataset(file('three.pkl', 'labels', numbers))
  expect(dataset.splits.train.features.text?.width).toBe(4)
  dataset.close()
})
