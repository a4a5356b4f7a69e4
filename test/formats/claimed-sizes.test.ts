/** What a file claims takes no memory before it is known that the file can hold it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import hdf5 from 'h5wasm/node'
import { describe, expect, it } from 'vitest'
import { writeStore } from '../../src/data/corpora/store/index.js'
import { openDataset } from '../../src/data/open.js'
import { MemoryBytes } from '../../src/formats/npy/bytes.js'
import { StoredArray } from '../../src/formats/npy/index.js'
import { PickledObject } from '../../src/formats/pickle/index.js'
import { openValues } from '../../src/formats/tree/index.js'
import { datasetOf, smallContent } from '../support/datasets.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

/** Runs in little memory and time, or the test fails; arrays of claimed sizes would take gigabytes. */
async function cheaply<Result>(run: () => Promise<Result>): Promise<Result> {
  const before = process.memoryUsage().rss
  const result = await run()
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28)
  return result
}

const integers = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer)
const element = (type: number, content: Buffer) =>
  Buffer.concat([
    integers(type, content.length),
    content,
    Buffer.alloc((8 - (content.length % 8)) % 8),
  ])

/** One variable of a MATLAB 5 file: its class, what it claims to be, and what is in it. */
function matlab(kind: number, shape: readonly number[], ...content: Buffer[]): string {
  const matrix = Buffer.concat([
    element(6, integers(kind, 0)),
    element(5, integers(...shape)),
    element(1, Buffer.from('features')),
    ...content,
  ])
  const header = Buffer.alloc(128, ' ')
  header.write('MATLAB 5.0 MAT-file')
  header.write('\u0000\u0001IM', 124, 'latin1')
  const path = at(`${kind}-${shape.join('x')}.mat`)
  writeFileSync(path, Buffer.concat([header, element(14, matrix)]))
  return path
}

async function featuresOf(path: string) {
  const file = await openValues(path)
  file.close()
  return file.root instanceof Map ? file.root.get('features') : undefined
}

describe('a MATLAB file that claims much', () => {
  const million = 1_000_000

  it('in a sparse array keeps it by its name, whatever its dimensions', async () => {
    const path = matlab(
      5,
      [million, million],
      element(5, integers(0)),
      element(5, integers(0, 1)),
      element(9, Buffer.alloc(8)),
    )
    const value = await cheaply(() => featuresOf(path))
    expect(value).toBeInstanceOf(PickledObject)
    await expect(openDataset(path)).rejects.toThrow(/features/)
    // Where it is used, it is told what it is and what to do.
    mkdirSync(at('covarep', 'audio'), { recursive: true })
    writeFileSync(at('covarep', 'labels.csv'), 'id,split,label\na,train,1\nb,valid,1\nc,test,1\n')
    for (const id of ['a', 'b', 'c']) {
      writeFileSync(join(at('covarep', 'audio'), `${id}.mat`), readFileSync(path))
    }
    await expect(openDataset(at('covarep'))).rejects.toThrow(/sparse array; save full\(x\)/)
  })

  it.each([
    ['numbers', 6, element(9, Buffer.alloc(0)), /cannot have this shape/],
    ['cells', 1, Buffer.alloc(0), undefined],
    ['text', 4, element(16, Buffer.alloc(0)), undefined],
  ])('in rows of %s that are empty makes nothing for each', async (_, kind, content, error) => {
    const path = matlab(kind, [2_000_000_000, 0], content)
    const read = cheaply(async () => {
      const value = await featuresOf(path)
      return value !== null && typeof value === 'object' && 'content' in value
        ? value.content
        : value
    })
    if (error === undefined) expect(await read).toHaveLength(0)
    else await expect(read).rejects.toThrow(error)
  })

  it('in cells has more of them than bytes', async () => {
    await expect(featuresOf(matlab(1, [million, million]))).rejects.toThrow(/more cells than bytes/)
  })
})

describe('arrays that claim much', () => {
  const float32 = { kind: 'float32', bytes: 4, littleEndian: true } as const
  const few = new MemoryBytes(new Uint8Array(16))

  it('by repeating elements are refused beyond the limit of memory', () => {
    const repeated = (rows: number) =>
      new StoredArray(float32, [rows, 2], few, { strides: [0, 1], offset: 0 }, 'tensor')
    expect([...repeated(3).toNumbers()]).toEqual([0, 0, 0, 0, 0, 0])
    expect(() => repeated(1e9)).toThrow(
      /tensor: an array repeats its elements beyond what memory can hold: .*got 7\.45 GiB made of 16 bytes.*LIMBIC_LIMIT_MEMORY/,
    )
  })

  it('by rows without columns are refused', () => {
    const empty = new MemoryBytes(new Uint8Array(0))
    expect(new StoredArray(float32, [5, 0], empty, 'C', 'array').size).toBe(0)
    expect(() => new StoredArray(float32, [1e12, 0], empty, 'C', 'array')).toThrow(
      /cannot have this shape: got \[1000000000000, 0\]/,
    )
  })
})

describe('tables that claim much', () => {
  it('in HDF5 are refused before room is made for them', async () => {
    await hdf5.ready
    const file = new hdf5.File(at('large.h5'), 'w')
    for (const split of ['train', 'valid', 'test']) {
      const group = file.create_group(split)
      group.create_dataset({
        name: 'text',
        data: new Float32Array(6),
        shape: [1, 3, 2],
        maxshape: [null, 3, 2],
        chunks: [1, 3, 2],
      })
      group.create_dataset({ name: 'labels', data: Float32Array.of(1), shape: [1] })
      const table = group.get('text')
      if (table instanceof hdf5.Dataset) table.resize([500_000_000, 3, 2])
    }
    file.close()
    await cheaply(() =>
      expect(openDataset(at('large.h5'))).rejects.toThrow(
        /train\/text: the table declares more than its file can hold/,
      ),
    )
  })

  it('in a store are refused by the ids that it has', async () => {
    const dataset = datasetOf(smallContent, smallContent, smallContent)
    await writeStore(dataset, at('store'))
    const manifest = readFileSync(join(at('store'), 'manifest.json'), 'utf8')
    writeFileSync(
      join(at('store'), 'manifest.json'),
      manifest.replace(/"samples":\s*\d+/, '"samples": 4000000000000'),
    )
    await expect(openDataset(at('store'))).rejects.toThrow(/the ids do not match the manifest/)
  })
})
