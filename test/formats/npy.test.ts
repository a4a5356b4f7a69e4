import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openNpy, writeNpy } from '../../src/formats/npy/index.js'
import { temporaryFolder } from '../support/folders.js'

const folder = temporaryFolder()

function readNpy(path: string) {
  const file = openNpy(path)
  try {
    const { array } = file
    return { type: array.type.kind, shape: array.shape, values: [...array.toNumbers()] }
  } finally {
    file.close()
  }
}

/** A file of version 1 with any header and data. */
function writeRaw(path: string, header: string, data: Uint8Array): void {
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1')
  start.writeUInt16LE(header.length, 8)
  writeFileSync(path, Buffer.concat([start, Buffer.from(header), data]))
}

describe('.npy files', () => {
  it('come back as written, whatever the shape and the pieces', () => {
    const path = join(folder, 'round.npy')
    const shapes = fc.array(fc.nat(5), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 7 }), (shape, piece) => {
        const count = shape.reduce((product, extent) => product * extent, 1)
        const values = Float32Array.from({ length: count }, (_, index) => index / 3)
        writeNpy(path, 'Float32Array', shape, (put) => {
          for (let at = 0; at < count; at += piece) put(values.subarray(at, at + piece))
        })
        expect(readNpy(path)).toEqual({ type: 'float32', shape, values: [...values] })
      }),
      { numRuns: 30 },
    )
  })

  it('have data at a multiple of 64 bytes, and the header that NumPy writes', () => {
    const path = join(folder, 'header.npy')
    writeNpy(path, 'BigInt64Array', [2], (put) => put(BigInt64Array.of(-5n, 7n)))
    const bytes = readFileSync(path)
    expect(bytes.length).toBe(128 - 64 + 64 + 16)
    expect(bytes.toString('latin1', 10, 70)).toMatch(
      /^\{'descr': '<i8', 'fortran_order': False, 'shape': \(2,\), \}/,
    )
    expect(readNpy(path)).toEqual({ type: 'int64', shape: [2], values: [-5, 7] })
  })

  it('are read in Fortran order and with the most significant byte first', () => {
    const path = join(folder, 'fortran.npy')
    const header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n"
    writeRaw(path, header, Uint8Array.of(0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 255, 250))
    expect(readNpy(path).values).toEqual([1, 2, 3, 4, 5, -6])
  })

  it('are refused when cut short, too long, or of another kind', () => {
    const path = join(folder, 'bad.npy')
    writeNpy(path, 'Int32Array', [4], (put) => put(Int32Array.of(1, 2, 3, 4)))
    truncateSync(path, readFileSync(path).length - 3)
    expect(() => openNpy(path)).toThrow(
      "bad.npy: the array's bytes do not match its shape: expected 16",
    )
    writeFileSync(path, 'hello, this is text')
    expect(() => openNpy(path)).toThrow('bad.npy, byte 0: does not begin like')
    writeFileSync(path, '')
    expect(() => openNpy(path)).toThrow('too short')
    writeRaw(path, "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8))
    expect(() => openNpy(path)).toThrow('objects')
    writeRaw(
      path,
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
      new Uint8Array(4),
    )
    expect(() => openNpy(path)).toThrow('one plain type')
    expect(() => openNpy(join(folder, 'absent.npy'))).toThrow('absent.npy: no such file')
    expect(() => openNpy(folder)).toThrow('is a folder, not a file')
  })
})
