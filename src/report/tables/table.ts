import { LimbicError } from '../../base/errors.js'
import { formatMeanDeviation, type Summary } from '../../metrics/index.js'

/** One column of a table. */
export interface Column {
  readonly header: string
  /** Numbers read best from the right, which is what they get unless said otherwise. */
  readonly align?: 'left' | 'right' | 'center'
  /** Digits after the point of numbers and summaries; without it numbers are written as they are, summaries with 3. */
  readonly digits?: number
}

/** What a cell holds: text, a number, the summary of several runs, or nothing. */
export type Content = string | number | Summary | null

/** A cell that says more than its content. */
export interface DecoratedCell {
  readonly content: Content
  /** Stands out, such as the best of its column. */
  readonly strong?: boolean
  /** Written right after the content, raised where the format can: stars of significance, say. */
  readonly mark?: string
  /** A remark under the table that the cell refers to by a letter; equal remarks share theirs. */
  readonly note?: string
}

export type Cell = Content | DecoratedCell

/** A table, to be rendered as plain text, Markdown, CSV, LaTeX or HTML. */
export interface Table {
  readonly caption?: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A cell that has become text. */
export interface TextCell {
  readonly text: string
  readonly strong: boolean
  /** The cell's mark and the letter of its note, or nothing. */
  readonly mark: string
}

/** A table whose cells have become text, which every rendering starts from. */
export interface TextTable {
  readonly caption: string | undefined
  readonly columns: readonly {
    readonly header: string
    readonly align: 'left' | 'right' | 'center'
  }[]
  readonly rows: readonly (readonly TextCell[])[]
  /** What the letters beside cells stand for, in order. */
  readonly notes: readonly { readonly letter: string; readonly text: string }[]
}

/**
 * Turns every cell into one line of text and settles how each column is aligned: as it says, or
 * to the right where it holds only numbers.
 *
 * @throws LimbicError if a row does not have one cell a column
 */
export function toText(table: Table): TextTable {
  table.rows.forEach((row, index) => {
    if (row.length === table.columns.length) return
    throw new LimbicError('a row does not fit its table', {
      where: `${table.caption ?? 'table'}, row ${index}`,
      expected: `${table.columns.length} cells`,
      got: `${row.length}`,
    })
  })
  const notes = new Map<string, string>()
  const letterOf = (note: string) => {
    const text = oneLine(note)
    const letter = notes.get(text) ?? letterAt(notes.size)
    notes.set(text, letter)
    return letter
  }
  return {
    caption: table.caption === undefined ? undefined : oneLine(table.caption),
    columns: table.columns.map((column, index) => ({
      header: oneLine(column.header),
      align: column.align ?? (holdsNumbers(table, index) ? 'right' : 'left'),
    })),
    rows: table.rows.map((row) =>
      row.map((cell, index) => {
        const { content, strong = false, mark = '', note } = decorated(cell)
        return {
          text: contentText(content, table.columns[index]?.digits),
          strong,
          mark: oneLine(mark) + (note === undefined ? '' : `(${letterOf(note)})`),
        }
      }),
    ),
    notes: [...notes].map(([text, letter]) => ({ letter, text })),
  }
}

/** a, b .. z, aa, ab .. */
function letterAt(index: number): string {
  const last = String.fromCharCode(97 + (index % 26))
  return index < 26 ? last : letterAt(Math.floor(index / 26) - 1) + last
}

/**
 * Marks the best cell of a column, and every cell that reads the same. Cells without a number are
 * passed over; where all the others read the same, none is the best.
 */
export function markBest(table: Table, column: number, better: 'higher' | 'lower'): Table {
  const sign = better === 'higher' ? 1 : -1
  const contents = table.rows.map((row) => contentOf(row[column] ?? null))
  const figures = contents.map((content) => sign * figureOf(content))
  const best = Math.max(...figures.filter((figure) => !Number.isNaN(figure)))
  const written = contents.map((content) => writtenFigure(content, table.columns[column]?.digits))
  const bestWritten = written[figures.indexOf(best)]
  if (bestWritten === undefined) return table
  const compared = written.filter((_, index) => !Number.isNaN(figures[index]))
  if (compared.length > 1 && compared.every((one) => one === bestWritten)) return table
  const rows = table.rows.map((row, index) =>
    written[index] === bestWritten
      ? row.map((cell, place) => (place === column ? { ...decorated(cell), strong: true } : cell))
      : row,
  )
  return { ...table, rows }
}

/** Text without line breaks or control characters, which could upset a terminal or a table. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

/** A cell with its decoration, if it has any. */
export function decorated(cell: Cell): DecoratedCell {
  return typeof cell === 'object' && cell !== null && 'content' in cell ? cell : { content: cell }
}

export function isSummary(content: Content): content is Summary {
  return typeof content === 'object' && content !== null
}

function contentOf(cell: Cell): Content {
  return decorated(cell).content
}

function figureOf(content: Content): number {
  if (typeof content === 'number') return content
  return isSummary(content) ? content.mean : Number.NaN
}

/** The figure as the table shows it, which decides what looks equal. */
function writtenFigure(content: Content, digits: number | undefined): string | undefined {
  const figure = figureOf(content)
  const shownDigits = typeof content === 'object' ? (digits ?? 3) : digits
  return Number.isNaN(figure) ? undefined : contentText(figure, shownDigits)
}

function contentText(content: Content, digits: number | undefined): string {
  if (content === null) return ''
  if (typeof content === 'string') return oneLine(content)
  if (typeof content === 'object') {
    return formatMeanDeviation(content, digits === undefined ? {} : { digits })
  }
  if (Number.isNaN(content)) return 'n/a'
  if (!Number.isFinite(content)) return content > 0 ? '∞' : '-∞'
  return digits === undefined ? String(content) : content.toFixed(digits)
}

function holdsNumbers(table: Table, column: number): boolean {
  const contents = table.rows.map((row) => contentOf(row[column] ?? null))
  return (
    contents.some((content) => content !== null) &&
    contents.every((content) => content === null || typeof content !== 'string')
  )
}
