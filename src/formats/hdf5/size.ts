/** Refuses HDF5 tables that declare more data than the file can hold, or than fits in memory. */
import { LimbicError } from '../../base/errors.js'
import { limit, overLimit, sizeOf } from '../../disk/limits.js'

/**
 * The highest compression ratio accepted (filters reach about 1000:1), and the overhead allowed to
 * any file.
 */
const packed = 2 ** 11
const always = 2 ** 16

/** A table's metadata, known before it is read. */
interface Declared {
  /** Cells. */
  readonly total_size: number
  /** Bytes of a cell. */
  readonly size: number
}

/** @throws LimbicError if a table has more cells than its file can hold, or than the limit of memory */
export function checkSize({ total_size, size }: Declared, fileBytes: number, where: string): void {
  const bytes = Number(total_size) * size
  if (bytes > packed * fileBytes + always) {
    throw new LimbicError('the table declares more than its file can hold', {
      where,
      expected: `what ${sizeOf(fileBytes)} can hold`,
      got: `${total_size} cells of ${size} bytes, ${sizeOf(bytes)}`,
      hint: 'The file is damaged; download or copy it again',
    })
  }
  // The data is held twice: in the library's memory and in ours.
  if (2 * bytes > limit('memory')) {
    throw overLimit('the table is too large to be read at once', 'memory', {
      where,
      got: `twice ${sizeOf(bytes)}`,
    })
  }
}
