import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Hdf5File, openHdf5 } from '../../src/formats/hdf5/hdf5.js'
import { openValues } from '../../src/formats/tree/index.js'
import { mistakeOf } from '../support/command-line.js'
import { start } from '../support/running.js'

const numbers = Array.from({ length: 64 }, (_, index) => index / 8)
let file: Hdf5File

beforeAll(async () => {
  file = await openHdf5(join(import.meta.dirname, 'fixtures/filters.h5'))
})
afterAll(() => file.close())

const cells = (name: string) => Array.from(file.table(name)?.read() as ArrayLike<number>, Number)

describe('tables of HDF5 that h5py wrote', () => {
  it.each(['gzip', 'lzf', 'zstd', 'lz4', 'blosc', 'blosc2', 'bitshuffle', 'bzip2', 'shuffled'])(
    'packed by %s are read',
    (name) => expect(cells(name)).toEqual(numbers),
  )

  it.each(['half', 'half_big', 'half_packed', 'double'])('of type %s are read', (name) => {
    expect(file.table(name)?.kind).toBe('numbers')
    expect(cells(name)).toEqual(numbers)
  })

  it.each(['int64', 'uint8'])('of type %s are read', (name) => {
    expect(cells(name)).toEqual(numbers.map(Math.floor))
  })

  it('of booleans are 0 and 1', () => {
    expect(file.table('flags')?.kind).toBe('numbers')
    expect(cells('flags')).toEqual([1, 0])
  })

  it('packed by another filter are refused by its name, with what repacks them', () => {
    expect(() => cells('zfp')).toThrow(/zfp: compressed by the filter .*ZFP.*h5repack -f GZIP=4/)
  })

  it.each([
    ['complex', 'records of several fields (or complex numbers)'],
    ['long', 'numbers of 128 bits'],
  ])('of type %s are said to be what they are', (name, what) => {
    expect(file.table(name)).toMatchObject({ kind: 'other', what })
  })
})

describe('a file that stops the library in the middle', () => {
  // Of mutated inputs one whose groups never end, and whose memory would be all that there is.
  const stops = join(import.meta.dirname, 'fixtures/stops.h5.gz')
  const plain = join(import.meta.dirname, 'fixtures/formats/plain.h5')

  it('is told as damaged, and does no harm to files that are read after it', async () => {
    const before = process.memoryUsage().rss
    for (let times = 0; times < 2; times++) {
      await expect(openValues(stops)).rejects.toThrow(/stops\.h5\.gz.*damaged or cut short/)
      const file = await openValues(plain)
      expect(file.root).toBeInstanceOf(Map)
      file.close()
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 30)
  })

  it('is told in one line', async () => {
    const outcome = await start(['data', 'inspect', stops]).ended
    expect(mistakeOf(outcome)).toMatch(/stops\.h5\.gz.*damaged or cut short/)
  })
})
