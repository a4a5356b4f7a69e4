import { describe, expect, test } from 'vitest'
import type { StoredTensor } from '../../src/formats/safetensors/index.js'
import { type InputRequest, inputSpecs } from '../../src/models/define/inputs.js'
import { multiLabel } from '../../src/task/multi-label.js'
import { sentiment } from '../../src/task/sentiment.js'
import { type ReferenceBatch, referenceFeeds } from '../../src/verify/reference-feeds.js'

const counted = (shape: readonly number[]): StoredTensor => {
  const count = shape.reduce((product, size) => product * size, 1)
  return { dtype: 'float32', shape, data: Float32Array.from({ length: count }, (_, at) => at + 1) }
}
const stored: Readonly<Record<string, StoredTensor>> = {
  target: counted([2, 1]),
  'input.words': counted([2, 3, 1]),
  'input.sound': counted([3, 2]),
  'input.faces': counted([3, 1, 2, 2]),
  'input.face_counts': { dtype: 'int64', shape: [2], data: BigInt64Array.of(2n, 1n) },
}
const specs = (requests: readonly InputRequest[], aligned = false) =>
  inputSpecs(requests, aligned, 'ours')
const batch: ReferenceBatch = {
  format: { inputs: { text: 'words', audio: 'sound' } },
  specs: specs(['text', 'audio']),
  packed: { audio: [1, 2] },
  task: sentiment({ loss: 'l1' }),
  file: { path: 'file', tensor: (name) => stored[name] ?? counted([0]) },
}

describe('the batch of a reference file', () => {
  test('has packed sequences padded, with their lengths', () => {
    const { feeds, widths } = referenceFeeds(batch)
    expect(feeds.get('audio')?.shape).toEqual([2, 2, 2])
    expect(Array.from(feeds.get('audio')?.data ?? [], Number)).toEqual([1, 2, 0, 0, 3, 4, 5, 6])
    expect(feeds.get('audio_lengths')?.data).toEqual(BigInt64Array.of(1n, 2n))
    expect(widths).toEqual({ text: 1, audio: 2 })
  })

  test('has packed images as bytes, with the lengths that the file keeps', () => {
    const { feeds, widths } = referenceFeeds({
      ...batch,
      format: { inputs: { vision: 'faces' } },
      specs: specs([{ name: 'vision', dataType: 'uint8', shape: [1, 2, 2] }]),
      packed: { vision: 'face_counts' },
    })
    expect(feeds.get('vision')?.shape).toEqual([2, 2, 1, 2, 2])
    expect(feeds.get('vision')?.data).toEqual(
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0),
    )
    expect(feeds.get('vision_lengths')?.data).toEqual(BigInt64Array.of(2n, 1n))
    expect(widths).toEqual({ vision: 4 })
  })

  test('counts every step where there are no lengths', () => {
    expect(referenceFeeds(batch).feeds.get('text_lengths')?.data).toEqual(BigInt64Array.of(3n, 3n))
    const aligned = referenceFeeds({ ...batch, specs: specs(['text', 'audio'], true) }).feeds
    expect([...aligned.keys()]).toEqual(['target', 'text', 'lengths', 'audio'])
  })

  test('takes what has no time in the file for a sequence of one step', () => {
    const { feeds } = referenceFeeds({ ...batch, packed: {} })
    expect(feeds.get('audio')?.shape).toEqual([3, 1, 2])
    expect(feeds.get('audio_lengths')?.data).toEqual(BigInt64Array.of(1n, 1n, 1n))
  })

  test('takes a column of sentiment for a vector, and leaves other columns', () => {
    expect(referenceFeeds(batch).feeds.get('target')?.shape).toEqual([2])
    const task = multiLabel({ labelNames: ['joy'] })
    expect(referenceFeeds({ ...batch, task }).feeds.get('target')?.shape).toEqual([2, 1])
  })

  test('refuses packed steps that are not as many as the lengths say', () => {
    expect(() => referenceFeeds({ ...batch, packed: { audio: [1, 1] } })).toThrow(
      /packed steps do not match their lengths.*expected 2 rows, for the lengths 1, 1, got \[3, 2\]/,
    )
  })
})
