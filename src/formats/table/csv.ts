/** Text tables, with cells separated by commas, semicolons or tabs. */
import { LimbicError } from '../../base/errors.js'
import { limit, overLimit } from '../../disk/limits.js'
import { decodeText } from '../../disk/read.js'
import { type FileBytes, OpenFile, readAll } from '../npy/index.js'
import { columnOf, distinctNames, type Table } from './table.js'

/** The text of a table's file. @throws LimbicError beyond the limit of text files */
export function tableText(file: FileBytes): string {
  if (file.length > limit('json')) {
    throw overLimit('the table is too large', 'json', {
      where: file.path,
      got: `${file.length} bytes`,
    })
  }
  return decodeText(Buffer.from(readAll(file)))
}

/**
 * Reads a table with a heading, or without one where its first line is all numbers: columns are
 * then called by their number from 0. Cells may stand in double quotes. What divides them is told
 * from the first line.
 *
 * @throws LimbicError, naming the line, if a row has more or fewer cells than the heading
 */
export function readCsv(file: FileBytes): Table {
  const text = tableText(file)
  const separator = separatorOf(text)
  const rows = splitRows(text, separator)
  const [first, ...others] = rows
  if (first === undefined) throw new LimbicError('the table is empty', { where: file.path })
  const decimalComma = separator === ';'
  const headless = first.cells.every((cell) => columnOf([cell], decimalComma).kind === 'numbers')
  const names = distinctNames(
    first.cells.map((cell, index) => (headless ? `${index}` : cell.trim())),
  )
  const body = headless ? rows : others
  for (const { cells, line } of body) {
    if (cells.length === names.length) continue
    throw new LimbicError('a row has another number of cells than the first', {
      where: `${file.path}, line ${line}`,
      expected: `${names.length}`,
      got: `${cells.length}`,
      hint: 'Texts with separators or line ends must be in double quotes',
    })
  }
  const columns = names.map(
    (name, index) =>
      [
        name,
        columnOf(
          body.map(({ cells }) => cells[index] ?? ''),
          decimalComma,
        ),
      ] as const,
  )
  return { path: file.path, rows: body.length, columns: new Map(columns) }
}

/** Whether the first line of a text file has several cells. @throws LimbicError if it cannot be read */
export function hasCells(path: string): boolean {
  const file = new OpenFile(path)
  try {
    const head = Buffer.alloc(Math.min(1 << 16, file.length))
    file.read(0, head)
    const [first] = splitRows(decodeText(head), separatorOf(decodeText(head)))
    return (first?.cells.length ?? 0) > 1
  } finally {
    file.close()
  }
}

function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/)
  const heading = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((mark) => [mark, heading.split(mark).length] as const)
  const [[best, count] = [',', 1]] = counts.sort(([, one], [, other]) => other - one)
  return count > 1 ? best : ','
}

/** Cells row by row; blank lines are left out. `line` is where a row begins, from 1. */
export function splitRows(
  text: string,
  separator: string,
  quote = '"',
): { readonly cells: string[]; readonly line: number }[] {
  const rows: { cells: string[]; line: number }[] = []
  let cells: string[] = []
  let [line, started] = [1, 1]
  const end = (cell: string) => {
    cells.push(cell)
    if (cells.length > 1 || cell.trim() !== '') rows.push({ cells, line: started })
    cells = []
  }
  for (let at = 0; at < text.length; ) {
    let cell = ''
    let start = at
    while (text[start] === ' ') start++
    if (text[start] === quote) {
      at = start + 1
      for (;;) {
        const next = text.indexOf(quote, at)
        const part = text.slice(at, next < 0 ? undefined : next)
        line += part.split('\n').length - 1
        cell += part
        at = next < 0 ? text.length : next + 1
        if (text[at] !== quote || next < 0) break
        cell += quote
        at++
      }
    }
    let stop = at
    while (stop < text.length && text[stop] !== separator && text[stop] !== '\n') stop++
    cell += text.slice(at, stop).replace(/\r$/, '')
    at = stop + 1
    if (text[stop] === separator) {
      cells.push(cell)
      if (at === text.length) end('')
    } else {
      end(cell)
      started = ++line
    }
  }
  return rows
}
