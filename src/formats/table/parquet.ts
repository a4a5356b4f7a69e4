/** Tables of Parquet, read by a library column by column. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { LimbicError, messageOf } from '../../base/errors.js'
import { limit, overLimit } from '../../disk/limits.js'
import type { FileBytes } from '../npy/index.js'
import { type Column, columnOf, type Numbers, type Table } from './table.js'

/**
 * Reads a table: numbers, texts, and lists of numbers or of such lists.
 *
 * @throws LimbicError if it is damaged, too large for memory, or a column holds something else
 */
export async function readParquet(file: FileBytes): Promise<Table> {
  // Imported on first use: a library that only these files need.
  const { parquetMetadataAsync, parquetSchema, snappyUncompress } = await import('hyparquet')
  const { parquetReadColumn } = await import('hyparquet/src/read.js')
  const { decompress } = await import('fzstd')
  const source = {
    byteLength: file.length,
    slice: (start: number, end = file.length): ArrayBuffer => {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, file.length) - start))
      file.read(start, bytes)
      return bytes.buffer
    },
  }
  const bounded =
    (unpack: (input: Uint8Array, length: number) => Uint8Array) =>
    (input: Uint8Array, length: number) => {
      checkPage(input.length, length, file.path)
      return unpack(input, length)
    }
  const compressors = {
    SNAPPY: bounded((input, length) => {
      const page = new Uint8Array(length)
      snappyUncompress(input, page)
      return page
    }),
    GZIP: bounded((input, length) => gunzipSync(input, { maxOutputLength: length + 1 })),
    BROTLI: bounded((input, length) =>
      brotliDecompressSync(input, { maxOutputLength: length + 1 }),
    ),
    ZSTD: bounded((input, length) => decompress(input, new Uint8Array(length))),
  }
  try {
    const metadata = await parquetMetadataAsync(source)
    const rows = Number(metadata.num_rows)
    const names = parquetSchema(metadata).children.map(({ element }) => element.name)
    if (rows * names.length * 8 > limit('memory')) {
      throw overLimit('the table is too large to be read at once', 'memory', { where: file.path })
    }
    const columns = new Map<string, Column>()
    for (const name of names) {
      const cells = await parquetReadColumn({
        file: source,
        metadata,
        compressors,
        columns: [name],
      })
      columns.set(name, toColumn(Array.from(cells), `${file.path}, ${name}`))
    }
    return { path: file.path, rows, columns }
  } catch (error) {
    if (error instanceof LimbicError) throw error
    const said = messageOf(error)
    throw new LimbicError(
      `the Parquet file is damaged, or written in an unsupported way (${said})`,
      { where: file.path, hint: 'Write it again, for example with frame.to_parquet(path)' },
      { cause: error },
    )
  }
}

/** No compression saves more; a small page may have more overhead. */
const mostTimes = 2 ** 17
const alwaysAllowed = 2 ** 20

/** @throws LimbicError if a page claims to unpack to more than it can, or than memory may hold */
function checkPage(packed: number, claimed: number, where: string): void {
  if (!(claimed <= mostTimes * packed + alwaysAllowed)) {
    throw new LimbicError('a page of the Parquet file declares more than it can hold', {
      where,
      got: `${claimed} bytes in ${packed}`,
      hint: 'The file is damaged; copy or download it again',
    })
  }
  if (claimed > limit('memory')) {
    throw overLimit('a page of the table is too large', 'memory', {
      where,
      got: `${claimed} bytes`,
    })
  }
}

function toColumn(cells: readonly unknown[], where: string): Column {
  const present = cells.find((cell) => cell !== null && cell !== undefined)
  if (Array.isArray(present) || ArrayBuffer.isView(present)) {
    return {
      kind: 'lists',
      values: cells.map((cell, row) => listOf(cell, `${where}, row ${row}`)),
    }
  }
  if (typeof present === 'string') return columnOf(cells.map((cell) => String(cell ?? '')))
  const values = Float64Array.from(cells, (cell, row) => {
    if (cell === null || cell === undefined) return Number.NaN
    if (typeof cell === 'number' || typeof cell === 'bigint') return Number(cell)
    if (typeof cell === 'boolean') return cell ? 1 : 0
    throw new LimbicError('a cell is neither number nor text', {
      where: `${where}, row ${row}`,
      got: typeof cell,
    })
  })
  return { kind: 'numbers', values }
}

/** A list of numbers, or of lists of numbers. */
function listOf(cell: unknown, where: string): Numbers {
  if (Array.isArray(cell) && cell.some((item) => Array.isArray(item) || ArrayBuffer.isView(item))) {
    return cell.map((item) => numbersOf(item, where))
  }
  return numbersOf(cell, where)
}

function numbersOf(cell: unknown, where: string): number[] {
  if (cell === null || cell === undefined) return []
  const items = Array.isArray(cell) ? cell : Array.from(cell as ArrayLike<unknown>)
  return items.map((item) => {
    if (item === null || item === undefined) return Number.NaN
    if (typeof item === 'number' || typeof item === 'bigint') return Number(item)
    throw new LimbicError('a list contains something other than numbers', {
      where,
      got: typeof item,
    })
  })
}
