import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { LimbicError } from '../../../../src/base/errors.js'
import { openComputationalSequence } from '../../../../src/data/corpora/csd/index.js'
import { writeSequence } from '../../../support/data/sequence-files.js'
import { temporaryPaths } from '../../../support/folders.js'

const at = temporaryPaths()

const good = {
  features: [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  intervals: [
    [0, 1],
    [1, 2],
    [2, 3.5],
  ],
}

describe('a computational sequence', () => {
  it('gives rows and intervals of each video, and nothing is read ahead', async () => {
    const path = await writeSequence(at('good.csd'), 'some name', { v1: good, 'v-2': good })
    const sequence = await openComputationalSequence(path)
    expect(sequence).toMatchObject({ name: 'some name', kind: 'numbers', width: 2 })
    expect([...sequence.entries.keys()].sort()).toEqual(['v-2', 'v1'])
    const entry = sequence.entries.get('v1')
    expect(entry?.rows).toBe(3)
    expect(entry?.features()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
    expect(entry?.intervals()).toEqual(Float64Array.of(0, 1, 1, 2, 2, 3.5))
    expect(() => entry?.words()).toThrow(/expected words, got numbers/)
    sequence.close()
    sequence.close()
    expect(() => entry?.features()).toThrow(/read after it was closed/)
  })

  it('may be packed', async () => {
    const path = await writeSequence(at('plain.csd'), 'X', { v1: good })
    writeFileSync(at('packed.csd.gz'), gzipSync(readFileSync(path)))
    const sequence = await openComputationalSequence(at('packed.csd.gz'))
    expect(sequence.entries.get('v1')?.features()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
    sequence.close()
  })

  it('gives words as text, without the padding', async () => {
    const words = { features: ['really', 'sp', 'GUT\u00e9'], intervals: good.intervals }
    const sequence = await openComputationalSequence(
      await writeSequence(at('words.csd'), 'words', { v1: words }),
    )
    expect(sequence).toMatchObject({ kind: 'words', width: 1 })
    expect(sequence.entries.get('v1')?.words()).toEqual(['really', 'sp', 'GUT\u00e9'])
    expect(() => sequence.entries.get('v1')?.features()).toThrow(/expected numbers, got words/)
    sequence.close()
  })
})

describe('a bad file is one clear mistake', () => {
  const fails = async (name: string, message: RegExp) => {
    const error = await openComputationalSequence(at(name)).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(LimbicError)
    const text = (error as LimbicError).message
    expect(text).toMatch(message)
    expect(text).toContain(at(name))
    expect(text).not.toContain('\n')
  }

  it('missing, empty, not HDF5', async () => {
    await fails('none.csd', /no such file/)
    writeFileSync(at('empty.csd'), '')
    await fails('empty.csd', /expected an HDF5 file.*, got an empty file/)
    writeFileSync(at('page.csd'), '<html>404 not found</html>')
    await fails('page.csd', /expected an HDF5 file.*, got a web page/)
  })

  it('cut short anywhere, and the library goes on working', async () => {
    const whole = readFileSync(await writeSequence(at('whole.csd'), 's', { v1: good, v2: good }))
    for (const length of [9, 100, 1000, whole.length - 1]) {
      writeFileSync(at('cut.csd'), whole.subarray(0, length))
      await fails('cut.csd', /damaged or cut short/)
    }
    const sequence = await openComputationalSequence(at('whole.csd'))
    expect(sequence.entries.size).toBe(2)
    sequence.close()
  })

  it('overwritten in the middle: an error of ours, never a crash', async () => {
    const whole = readFileSync(await writeSequence(at('whole2.csd'), 's', { v1: good, v2: good }))
    let failures = 0
    for (let start = 96; start < whole.length; start += 64) {
      const damaged = Buffer.from(whole)
      damaged.fill(0xa5, start, Math.min(start + 64, whole.length))
      writeFileSync(at('damaged.csd'), damaged)
      try {
        const sequence = await openComputationalSequence(at('damaged.csd'))
        for (const entry of sequence.entries.values()) {
          entry.features()
          entry.intervals()
        }
        sequence.close()
      } catch (error) {
        expect(error).toBeInstanceOf(LimbicError)
        failures++
      }
    }
    expect(failures).toBeGreaterThan(5)
  })

  it('groups that are missing', async () => {
    await writeSequence(at('bare.csd'), 's', {})
    await fails('bare.csd', /no videos/)
    await writeSequence(at('half.csd'), 's', { v1: good, v2: { features: good.features } })
    await fails('half.csd', /entry v2: no intervals/)
    await writeSequence(at('other.csd'), 's', { v1: { intervals: good.intervals } })
    await fails('other.csd', /entry v1: no features/)
  })

  it('rows and widths that differ', async () => {
    await writeSequence(at('rows.csd'), 's', {
      v1: good,
      v2: {
        ...good,
        intervals: [
          [0, 1],
          [1, 2],
        ],
      },
    })
    await fails('rows.csd', /entry v2: .*expected 3 intervals.*got 2/)
    await writeSequence(at('width.csd'), 's', {
      v1: good,
      v2: { ...good, features: [[1], [2], [3]] },
    })
    await fails('width.csd', /entry v2: .*expected 2 numbers per row.*got 1/)
    await writeSequence(at('flat.csd'), 's', { v1: { ...good, intervals: [[0], [1], [2]] } })
    await fails('flat.csd', /intervals of the wrong shape.*got 3 x 1/)
  })

  it('intervals that are no stretch of time are left out, and counted', async () => {
    for (const bad of [
      [Number.NaN, 1],
      [0, Number.POSITIVE_INFINITY],
      [2, 1],
    ]) {
      const intervals = [[0, 1], bad, [2, 3]]
      await writeSequence(at('times.csd'), 's', { v1: { ...good, intervals } })
      const sequence = await openComputationalSequence(at('times.csd'))
      const times = sequence.entries.get('v1')?.intervals()
      expect(times).toHaveLength(6)
      // It lasts no time, so that no word and no segment takes it.
      expect(times?.[2]).toBe(times?.[3])
      expect([...sequence.invalidIntervals]).toEqual([['v1', 1]])
      sequence.close()
    }
  })
})

describe('a damaged file leaves the next one alone', () => {
  const rows = async (path: string): Promise<number> => {
    const sequence = await openComputationalSequence(path)
    try {
      return [...sequence.entries.values()].reduce((sum, entry) => {
        return sum + entry.features().length + entry.intervals().length
      }, 0)
    } finally {
      sequence.close()
    }
  }
  const openFiles = () => readdirSync('/proc/self/fd').length

  it('and is read where it is mended, whatever was broken in it', async () => {
    await writeSequence(at('whole.csd'), 'X', { v: good })
    const whole = readFileSync(at('whole.csd'))
    const expected = await rows(at('whole.csd'))
    const before = openFiles()
    let failed = 0
    for (let place = 8; place < whole.length; place += 37) {
      const damaged = Buffer.from(whole)
      damaged.fill(0xff, place, Math.min(place + 8, damaged.length))
      writeFileSync(at('mended.csd'), damaged)
      const found = await rows(at('mended.csd')).catch((error: unknown) => error)
      if (found instanceof LimbicError) failed++
      else expect(found).toBeTypeOf('number')
      writeFileSync(at('mended.csd'), whole)
      expect(await rows(at('mended.csd'))).toBe(expected)
    }
    expect(failed).toBeGreaterThan(10)
    expect(openFiles()).toBe(before)
  })
})
