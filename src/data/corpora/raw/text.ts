/** Reads the text files of raw corpora, transcripts and labels, in any common encoding. */

import { statSync } from 'node:fs'
import { LimbicError } from '../../../base/errors.js'
import { limit, overLimit, sizeOf } from '../../../disk/limits.js'
import { decodeText, readBytes } from '../../../disk/read.js'
import { splitRows } from '../../../formats/table/csv.js'

/**
 * The text of a file in UTF-8 or UTF-16 or, failing that, Windows-1252, a superset of Latin-1 that
 * a few of IEMOCAP's transcripts and MELD's tables use.
 *
 * @throws LimbicError if it cannot be read, or is longer than a JSON file may be
 */
export function readAnyText(path: string): string {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (size > limit('json')) {
    throw overLimit('the file is too large', 'json', { where: path, got: sizeOf(size) })
  }
  const bytes = Buffer.from(readBytes(path))
  const text = decodeText(bytes)
  return text.includes('\ufffd') ? decodeWindows1252(bytes) : text
}

/** The characters of Windows-1252 from 0x80 to 0x9f, where Latin-1 has control characters. */
const highCharacters = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Some versions of Node decode `windows-1252` as Latin-1. */
function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, (one) => highCharacters.charAt(one.charCodeAt(0) - 0x80))
}

/** The lines of a text file without line ends, blank lines left out. */
export function readAnyLines(path: string): string[] {
  return readAnyText(path)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
}

/** One row of a table of texts. */
export interface TextRow {
  /**
   * A cell by its column's name in lower case; '' if the row is too short or there is no such
   * column.
   */
  cell(...names: readonly string[]): string
  /** From 1. */
  readonly line: number
}

/** A table of text cells; no cell is converted to a number. */
export interface TextTable {
  /** In lower case. */
  readonly columns: ReadonlySet<string>
  readonly rows: readonly TextRow[]
}

/**
 * Reads a table with a header line, which determines the separator.
 *
 * @throws LimbicError if it is empty or cannot be read
 */
export function readTextTable(path: string): TextTable {
  const text = readAnyText(path)
  const heading = text.slice(0, /[\r\n]/.exec(text)?.index ?? text.length)
  const separator = [',', ';', '\t'].reduce((best, mark) =>
    heading.split(mark).length > heading.split(best).length ? mark : best,
  )
  const [first, ...others] = splitRows(text, separator)
  if (first === undefined) throw new LimbicError('the table is empty', { where: path })
  const places = new Map(first.cells.map((name, place) => [name.trim().toLowerCase(), place]))
  const rows = others.map(({ cells, line }): TextRow => {
    const cell = (...names: readonly string[]) => {
      for (const name of names) {
        const place = places.get(name)
        const found = place === undefined ? undefined : cells[place]?.trim()
        if (found) return found
      }
      return ''
    }
    return { cell, line }
  })
  return { columns: new Set(places.keys()), rows }
}

/** Whether a cell is a missing number: blank, or a common spelling of NaN. */
export function isMissing(cell: string): boolean {
  return /^(|nan|na|n\/a|null|none)$/i.test(cell.trim())
}
