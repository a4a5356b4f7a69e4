/** Rows that come block by block, cut into windows. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FeatureBlock } from '../../src/media/sound/index.js'
import { windowsOf } from '../../src/recognise/windows.js'

/** Rows that hold their own number, in blocks of the given sizes. */
async function* blocks(sizes: readonly number[]): AsyncGenerator<FeatureBlock> {
  let first = 0
  for (const rows of sizes) {
    const data = Float32Array.from({ length: rows }, (_, row) => first + row)
    yield { feature: 'rows', first, rows, width: 1, data, time: 0.01 * first, step: 0.01 }
    first += rows
  }
}

async function cut(sizes: readonly number[]): Promise<[number, number][]> {
  const found: [number, number][] = []
  for await (const { start, end, rows } of windowsOf(blocks(sizes), 3, 1)) {
    const numbers = rows.map(([number = Number.NaN]) => number)
    const [first = Number.NaN] = numbers
    expect(numbers).toEqual(numbers.map((_, at) => first + at))
    expect(start).toBeCloseTo(Math.max(0, 0.01 * (first - 0.5)), 9)
    expect(end).toBeCloseTo(0.01 * (first + numbers.length - 0.5), 9)
    found.push([first, numbers.length])
  }
  return found
}

describe('windows of 300 rows every 100', () => {
  test.each([
    ['nothing', [], []],
    ['one row', [1], [[0, 1]]],
    ['fewer rows than a window', [120, 7], [[0, 127]]],
    ['a whole window', [300], [[0, 300]]],
    [
      'a window and a step',
      [400],
      [
        [0, 300],
        [100, 300],
      ],
    ],
    [
      'a rest',
      [350],
      [
        [0, 300],
        [50, 300],
      ],
    ],
    [
      'rows in pieces',
      [299, 1, 130],
      [
        [0, 300],
        [100, 300],
        [130, 300],
      ],
    ],
  ] as const)('of %s', async (_, sizes, wanted) => {
    expect(await cut(sizes)).toEqual(wanted)
  })

  test('are the same in whatever blocks the rows come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 9 }),
        async (sizes) => {
          const all = sizes.reduce((sum, size) => sum + size, 0)
          expect(await cut(sizes)).toEqual(await cut([all]))
        },
      ),
    )
  })
})
