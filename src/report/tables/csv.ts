import { type Cell, decorated, isSummary, type Table, toText } from './table.js'

/**
 * A table as comma-separated values (RFC 4180, with plain line feeds), for a program to read: no
 * caption, no strong cells, numbers unrounded, the note of an empty cell in its place, and a summary
 * of runs as two columns, the mean under the column's header and the deviation under
 * "<header> deviation". A column with marks has them in one of its own, "<header> mark".
 */
export function renderCsv(table: Table): string {
  const text = toText(table)
  const cellsOf = (column: number) => table.rows.map((row) => decorated(row[column] ?? null))
  const layouts = table.columns.map((_, column) => ({
    summarised: cellsOf(column).some(({ content }) => isSummary(content)),
    marked: cellsOf(column).some(({ mark }) => mark !== undefined),
  }))
  const header = text.columns.flatMap(({ header: name }, column) => [
    name,
    ...(layouts[column]?.summarised ? [`${name} deviation`] : []),
    ...(layouts[column]?.marked ? [`${name} mark`] : []),
  ])
  const rows = table.rows.map((row, index) =>
    row.flatMap((cell, column) => {
      const { content, mark = '' } = decorated(cell)
      const { summarised = false, marked = false } = layouts[column] ?? {}
      return [
        shownValue(cell, text.rows[index]?.[column]?.text ?? ''),
        ...(summarised ? [isSummary(content) ? plain(content.deviation) : ''] : []),
        ...(marked ? [mark] : []),
      ]
    }),
  )
  return [header, ...rows].map((cells) => `${cells.map(quote).join(',')}\n`).join('')
}

function shownValue(cell: Cell, text: string): string {
  const { content, note } = decorated(cell)
  if (typeof content === 'number') return plain(content)
  if (isSummary(content)) return plain(content.mean)
  return content === null && note !== undefined ? note : text
}

function plain(value: number): string {
  return Number.isNaN(value) ? '' : String(value)
}

function quote(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
