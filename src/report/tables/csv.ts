/** Tables as comma-separated values. */
import { csvField } from '../../base/text/csv.js'
import {
  type Column,
  checkRows,
  type DecoratedCell,
  isSummary,
  partsOf,
  type Table,
} from './table.js'

/**
 * A table as comma-separated values (RFC 4180, with LF line ends), for programs: no caption, no
 * emphasis, unrounded numbers, and in an empty cell its note. A summary of runs takes two columns,
 * the mean under the column's header and the deviation under "<header> deviation". A pair takes two
 * such columns, each under its own name. Marks get a column of their own, "<header> mark". Text
 * that a spreadsheet would run as a formula is made harmless.
 */
export function renderCsv(table: Table): string {
  checkRows(table)
  const sides = table.columns.flatMap((column, place) => sidesOf(table, column, place))
  const header = sides.flatMap(({ name, summarised, marked }) => [
    name,
    ...(summarised ? [`${name} deviation`] : []),
    ...(marked ? [`${name} mark`] : []),
  ])
  const rows = table.rows.map((row) =>
    sides.flatMap(({ place, side, summarised, marked }) => {
      const { content, mark = '', note = '' } = partsOf(row[place] ?? null)[side] ?? empty
      return [
        isSummary(content) ? content.mean : (content ?? note),
        ...(summarised ? [isSummary(content) ? content.deviation : ''] : []),
        ...(marked ? [mark] : []),
      ]
    }),
  )
  return [header, ...rows].map((cells) => `${cells.map(field).join(',')}\n`).join('')
}

const empty: DecoratedCell = { content: null }

/** One figure of a column's cells, and its columns in the file. */
interface Side {
  readonly name: string
  readonly place: number
  readonly side: number
  readonly summarised: boolean
  readonly marked: boolean
}

function sidesOf(table: Table, { header, pair, percent }: Column, place: number): Side[] {
  const unit = percent ? ' %' : ''
  const names = (pair ?? ['']).map((side) => `${header}${side === '' ? '' : ` ${side}`}${unit}`)
  return names.map((name, side) => {
    const parts = table.rows.map((row) => partsOf(row[place] ?? null)[side] ?? empty)
    return {
      ...{ name, place, side },
      summarised: parts.some(({ content }) => isSummary(content)),
      marked: parts.some(({ mark }) => mark !== undefined),
    }
  })
}

function field(value: string | number): string {
  if (typeof value === 'string') return csvField(value)
  return Number.isNaN(value) ? '' : String(value)
}
