/** Tables of HDF5 that declare more than there is, or than fits into memory. */
import { LimbicError } from '../../base/errors.js'
import { limit, overLimit, sizeOf } from '../../disk/limits.js'

/** No filter packs more than about a thousand bytes into one; a small file may have more overhead. */
const packed = 2 ** 11
const always = 2 ** 16

/** What is known of a table before it is read. */
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
  // Once in the library's memory and once in ours.
  if (2 * bytes > limit('memory')) {
    throw overLimit('the table is too large to be read at once', 'memory', {
      where,
      got: `twice ${sizeOf(bytes)}`,
    })
  }
}
