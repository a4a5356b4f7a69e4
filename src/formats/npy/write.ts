/** Writes arrays as .npy files. */

import { type FileWriter, writeFileInTime, writeFileSafely } from '../../disk/files.js'

/** The data that `writeNpy` accepts; it determines the array's type. */
export type NpyContent = Float32Array | Int32Array | BigInt64Array | Uint8Array

const codes = {
  Float32Array: '<f4',
  Int32Array: '<i4',
  BigInt64Array: '<i8',
  Uint8Array: '|u1',
} as const
export type NpyTypeName = keyof typeof codes
type PieceOf<Name> = Extract<NpyContent, { [Symbol.toStringTag]: Name }>

/**
 * Writes a `.npy` file (version 1, C order, little-endian) piece by piece.
 *
 * @param shape the shape of the whole array.
 * @param fill calls its argument with one piece after another, together as many as `shape` needs.
 * @throws LimbicError if the file cannot be written; then nothing of it remains.
 */
export function writeNpy<Name extends NpyTypeName>(
  path: string,
  type: Name,
  shape: readonly number[],
  fill: (write: (piece: PieceOf<Name>) => void) => void,
): void {
  writeFileSafely(path, (file) => {
    const array = beginArray(file, path, type, shape)
    fill(array.put)
    array.end()
  })
}

/** `writeNpy` for asynchronous pieces. */
export function writeNpyInTime<Name extends NpyTypeName>(
  path: string,
  type: Name,
  shape: readonly number[],
  fill: (write: (piece: PieceOf<Name>) => void) => Promise<void>,
): Promise<void> {
  return writeFileInTime(path, async (file) => {
    const array = beginArray(file, path, type, shape)
    await fill(array.put)
    array.end()
  })
}

function beginArray(file: FileWriter, path: string, type: NpyTypeName, shape: readonly number[]) {
  const expected = shape.reduce((product, extent) => product * extent, 1)
  let written = 0
  file.write(npyHeader(codes[type], shape))
  return {
    put(piece: NpyContent): void {
      written += piece.length
      file.write(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))
    },
    end(): void {
      if (written === expected) return
      throw new RangeError(`${path}: ${written} elements were written, the shape needs ${expected}`)
    },
  }
}

/** The header, padded so that the data begin at a multiple of 64 bytes and can be memory-mapped. */
function npyHeader(code: string, shape: readonly number[]): Buffer {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${code}', 'fortran_order': False, 'shape': (${extents}), }`
  const length = Math.ceil((10 + text.length + 1) / 64) * 64
  const header = Buffer.alloc(length, ' ')
  header.write('\x93NUMPY\x01\x00', 0, 'latin1')
  header.writeUInt16LE(length - 10, 8)
  header.write(text, 10, 'latin1')
  header.write('\n', length - 1, 'latin1')
  return header
}
