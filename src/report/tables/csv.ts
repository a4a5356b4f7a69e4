import { type Table, toText } from './table.js'

/**
 * A table as comma-separated values (RFC 4180, with plain line feeds), for a program to read: no
 * caption, no marks on strong cells, numbers unrounded, and a summary of runs as two columns,
 * the mean under the column's header and the deviation under "<header> deviation".
 */
export function renderCsv(table: Table): string {
  const text = toText(table)
  const summarised = table.columns.map((_, column) =>
    table.rows.some((row) => typeof contentAt(row[column]) === 'object'),
  )
  const header = text.columns.flatMap(({ header: name }, column) =>
    summarised[column] ? [name, `${name} deviation`] : [name],
  )
  const rows = table.rows.map((row, index) =>
    row.flatMap((cell, column) => {
      const content = contentAt(cell)
      if (typeof content === 'object') return [plain(content.mean), plain(content.deviation)]
      const value =
        typeof content === 'number' ? plain(content) : (text.rows[index]?.[column]?.text ?? '')
      return summarised[column] ? [value, ''] : [value]
    }),
  )
  return [header, ...rows].map((cells) => `${cells.map(quote).join(',')}\n`).join('')
}

function contentAt(cell: Table['rows'][number][number] | undefined) {
  if (cell === null || cell === undefined) return undefined
  const content = typeof cell === 'object' && 'strong' in cell ? cell.content : cell
  return content ?? undefined
}

function plain(value: number): string {
  return Number.isNaN(value) ? '' : String(value)
}

function quote(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
