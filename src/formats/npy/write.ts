import { writeFileSafely } from '../../disk/files.js'

/** What `writeNpy` writes; the type of the array follows from it. */
export type NpyContent = Float32Array | Int32Array | BigInt64Array | Uint8Array

const codes = {
  Float32Array: '<f4',
  Int32Array: '<i4',
  BigInt64Array: '<i8',
  Uint8Array: '|u1',
} as const
export type NpyTypeName = keyof typeof codes

/**
 * Writes a `.npy` file (version 1, C order, little-endian) piece by piece.
 *
 * @param shape the shape of the whole array.
 * @param fill calls its argument with one piece after another, together as many as `shape` needs.
 * @throws LimbicError if the file cannot be written; then nothing is left of it.
 */
export function writeNpy<Name extends NpyTypeName>(
  path: string,
  type: Name,
  shape: readonly number[],
  fill: (write: (piece: Extract<NpyContent, { [Symbol.toStringTag]: Name }>) => void) => void,
): void {
  const expected = shape.reduce((product, extent) => product * extent, 1)
  writeFileSafely(path, (file) => {
    file.write(npyHeader(codes[type], shape))
    let written = 0
    fill((piece) => {
      written += piece.length
      file.write(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength))
    })
    if (written !== expected) {
      throw new RangeError(`${path}: ${written} elements were written, the shape needs ${expected}`)
    }
  })
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
