/** Decodes half-precision numbers, which the library does not. */
import type { Dataset, Module } from 'h5wasm/node'
import { decodeNumbers } from '../npy/decode-numbers.js'

/** Whether a table's numbers are of half precision. */
export function isHalf({ type, size }: { readonly type: number; readonly size: number }): boolean {
  return type === 1 && size === 2
}

/** The cells of a table of half precision, row by row. */
export function readHalves(library: typeof Module, dataset: Dataset): Float32Array {
  const { total_size: count } = dataset.metadata
  const pointer = library._malloc(Math.max(1, 2 * count))
  if (pointer === 0) throw new RangeError('no memory for the table')
  try {
    library.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(pointer))
    // A copy that begins at a multiple of eight bytes, as the decoder needs.
    const raw = Buffer.from(new ArrayBuffer(2 * count))
    raw.set(library.HEAPU8.subarray(pointer, pointer + 2 * count))
    const values = new Float32Array(count)
    // The library has converted the bytes to WebAssembly's byte order.
    decodeNumbers({ kind: 'float16', bytes: 2, littleEndian: true }, raw, values, 0)
    return values
  } finally {
    library._free(pointer)
  }
}
