/** Weka's tables (`.arff`), as openSMILE writes them: attributes by name and kind, then rows of cells. */
import { LimbicError } from '../../base/errors.js'
import type { FileBytes } from '../npy/index.js'
import { splitRows, tableText } from './csv.js'
import { columnOf, distinctNames, type Table } from './table.js'

/** @throws LimbicError, naming the line, if it is not an ARFF table, or its rows are sparse */
export function readArff(file: FileBytes): Table {
  const text = tableText(file)
  const found = /^[^\S\n]*@data[^\S\n]*(\r?\n|$)/im.exec(text)
  if (found === null) {
    throw new LimbicError('an ARFF table without data', {
      where: file.path,
      expected: 'a line @data and rows after it',
      hint: 'The file may be cut short; write it again',
    })
  }
  const heading = text.slice(0, found.index)
  const attributes = heading.matchAll(/^[^\S\n]*@attribute\s+(?:'([^']*)'|"([^"]*)"|(\S+))/gim)
  const names = distinctNames(
    Array.from(attributes, ([, quoted, twice, plain]) => quoted ?? twice ?? plain ?? ''),
  )
  const before = heading.split('\n').length
  const data = text.slice(found.index + found[0].length).replace(/^[^\S\n]*%.*$/gm, '')
  const rows = splitRows(data, ',', data.includes("'") ? "'" : '"')
  for (const { cells, line } of rows) {
    if (cells.length === names.length && !cells[0]?.trim().startsWith('{')) continue
    throw new LimbicError('a row does not have one cell per attribute', {
      where: `${file.path}, line ${before + line}`,
      expected: `${names.length} cells`,
      got: cells[0]?.trim().startsWith('{') ? 'a sparse row' : `${cells.length}`,
      hint: 'Write it again, not sparse',
    })
  }
  const columns = names.map(
    (name, index) => [name, columnOf(rows.map(({ cells }) => cells[index] ?? ''))] as const,
  )
  return { path: file.path, rows: rows.length, columns: new Map(columns) }
}
