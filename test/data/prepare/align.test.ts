import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openComputationalSequence } from '../../../src/data/corpora/csd/index.js'
import {
  alignToReference,
  hardUnify,
  imputeZeros,
  type TimedRows,
} from '../../../src/data/prepare/align/index.js'
import { OverlapFinder } from '../../../src/data/prepare/align/overlap.js'
import { sharedPath } from '../../support/folders.js'

function rows(features: number[][], intervals: number[][]): TimedRows {
  return {
    features: Float32Array.from(features.flat()),
    width: features[0]?.length ?? 0,
    intervals: Float64Array.from(intervals.flat()),
  }
}

describe('rows that overlap a stretch of time', () => {
  it('are cut to it; those that only touch it or last no time are left out', () => {
    const finder = new OverlapFinder(Float64Array.of(2, 3, 0, 1, 1, 2, 0.5, 2.5, 1.5, 1.5))
    expect(finder.find(1, 2)).toEqual({ rows: [3, 2], intervals: [1, 2, 1, 2] })
    expect(finder.find(0.9, 2.1)).toEqual({
      rows: [1, 3, 2, 0],
      intervals: [0.9, 1, 0.9, 2.1, 1, 2, 2, 2.1],
    })
    expect(finder.find(3, 9).rows).toEqual([])
    expect(finder.find(2.999_995, 9).rows).toEqual([])
    expect(finder.find(2.999_985, 9).rows).toEqual([0])
  })

  it('are those that a plain search finds', () => {
    const time = fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10)
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time), { maxLength: 30 }), time, time, (spans, a, b) => {
        const intervals = spans.map(([one, other]) => [Math.min(one, other), Math.max(one, other)])
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        const { rows } = new OverlapFinder(Float64Array.from(intervals.flat())).find(start, end)
        const plain = intervals.flatMap(([from = 0, to = 0], row) =>
          Math.min(to, end) - Math.max(from, start) > 1e-5 ? [row] : [],
        )
        expect([...rows].sort((one, other) => one - other)).toEqual(plain)
      }),
    )
  })
})

describe('alignment to a reference', () => {
  const words = new Map([
    [
      'v',
      rows(
        [[10], [20], [30], [40]],
        [
          [0, 1],
          [1, 1],
          [1, 2],
          [2, 3],
        ],
      ),
    ],
    ['only-words', rows([[1]], [[0, 1]])],
  ])
  const audio = new Map([
    [
      'v',
      rows(
        [
          [1, 0],
          [2, 4],
          [9, 9],
        ],
        [
          [0, 0.4],
          [0.4, 1.2],
          [1.2, 1.6],
        ],
      ),
    ],
  ])

  it('takes the plain mean of the rows on each word, and zeros where there are none', () => {
    const aligned = alignToReference({ words, audio }, 'words', 'average')
    // The second word lasts no time: its number stays unused. The fourth has no sound.
    expect([...aligned.words.keys()]).toEqual(['v[0]', 'v[2]', 'v[3]'])
    expect([...aligned.audio.keys()]).toEqual(['v[0]', 'v[2]'])
    expect(aligned.audio.get('v[0]')).toEqual(rows([[1.5, 2]], [[0, 1]]))
    expect(aligned.audio.get('v[2]')).toEqual(rows([[5.5, 6.5]], [[1, 1.6]]))
    imputeZeros(aligned, 'words')
    expect(aligned.audio.get('v[3]')).toEqual(rows([[0, 0]], [[2, 3]]))
    expect(hardUnify(aligned)).toBe(0)
  })

  it('keeps all rows without collapse, and joins what was aligned before', () => {
    const once = alignToReference({ words, audio }, 'words', 'average')
    imputeZeros(once, 'words')
    const labels = new Map([
      [
        'v',
        rows(
          [[1], [-1], [3]],
          [
            [0, 1.5],
            [2.5, 4],
            [7, 8],
          ],
        ),
      ],
    ])
    const cut = alignToReference({ ...once, labels }, 'labels', 'keep')
    expect(cut.words.get('v[0]')).toEqual(
      rows(
        [[10], [30]],
        [
          [0, 1],
          [1, 1.5],
        ],
      ),
    )
    expect(cut.audio.get('v[0]')).toEqual(
      rows(
        [
          [1.5, 2],
          [5.5, 6.5],
        ],
        [
          [0, 1],
          [1, 1.5],
        ],
      ),
    )
    expect(cut.audio.get('v[1]')).toEqual(rows([[0, 0]], [[2.5, 3]]))
    expect([...cut.labels.keys()]).toEqual(['v[0]', 'v[1]', 'v[2]'])
    expect(hardUnify(cut)).toBe(1)
    expect([...cut.labels.keys()]).toEqual(['v[0]', 'v[1]'])
  })

  it('says what is wrong', () => {
    const other = new Map([['w', rows([[1]], [[0, 1]])]])
    expect(() => alignToReference({ words, other }, 'words', 'keep')).toThrow(/share no video/)
    const late = new Map([['v', rows([[1]], [[100, 101]])]])
    const aligned = alignToReference({ words, late }, 'words', 'average')
    expect(() => imputeZeros(aligned, 'words')).toThrow(/late: no row falls on any piece/)
    const names: Record<string, typeof words> = { words }
    expect(() => alignToReference(names, 'text', 'keep')).toThrow(/expected one of words, got text/)
  })
})

type Expected = Record<string, Record<string, Record<string, [number[][], number[][]]>>>

describe('the reference numbers of the CMU-MultimodalSDK', () => {
  it('come out: aligned to words, then cut to label segments', async ({ skip }) => {
    const folder = sharedPath('golden', 'align')
    if (folder === undefined) return skip('no golden/align (set LIMBIC_SHARED)')
    const expected: Expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
    const load = async (name: string) => {
      const sequence = await openComputationalSequence(join(folder, `${name}.csd`))
      const loaded = new Map<string, TimedRows>()
      for (const [id, entry] of sequence.entries) {
        const numbers = sequence.kind === 'numbers'
        loaded.set(id, {
          features: numbers ? entry.features() : new Float32Array(),
          width: numbers ? sequence.width : 0,
          intervals: entry.intervals(),
        })
      }
      sequence.close()
      return loaded
    }
    const aligned = alignToReference(
      {
        words: await load('words'),
        text: await load('text'),
        audio: await load('audio'),
        vision: await load('vision'),
      },
      'words',
      'average',
    )
    imputeZeros(aligned, 'words')
    hardUnify(aligned)
    const { words: _, ...modalities } = aligned
    compare(modalities, expected.word_aligned)
    const segments = alignToReference(
      { ...modalities, labels: await load('labels') },
      'labels',
      'keep',
    )
    hardUnify(segments)
    compare(segments, expected.segments)
  })
})

function compare(
  actual: Record<string, Map<string, TimedRows>>,
  expected: Expected[string] = {},
): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  let largest = 0
  for (const [name, entries] of Object.entries(expected)) {
    expect([...(actual[name]?.keys() ?? [])].sort()).toEqual(Object.keys(entries).sort())
    for (const [id, [features, intervals]] of Object.entries(entries)) {
      const found = actual[name]?.get(id)
      expect(found?.features.length).toBe(features.flat().length)
      expect(Array.from(found?.intervals ?? [])).toEqual(intervals.flat())
      features.flat().forEach((value, place) => {
        largest = Math.max(largest, Math.abs(value - (found?.features[place] ?? Number.NaN)))
      })
    }
  }
  expect(largest).toBeLessThan(5e-7)
}
