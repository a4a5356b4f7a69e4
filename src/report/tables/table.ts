/** Tables, and their cells as text. */
import { LimbicError } from '../../base/errors.js'
import { fixed, largest } from '../../base/numbers.js'
import { oneLine } from '../../base/text/clean.js'
import { formatMeanDeviation, formatSigned, type Summary } from '../../metrics/index.js'

/** One column of a table. */
export interface Column {
  readonly header: string
  /** The alignment; default: right for numbers, otherwise left. */
  readonly align?: 'left' | 'right' | 'center'
  /** Decimals of numbers and summaries; default: numbers as they are, summaries with 3. */
  readonly digits?: number
  /** The metric of its figures, by which columns are selected and get their decimals. */
  readonly metric?: string
  /** Whether its figures are shares from 0 to 1, which can be written in percent. */
  readonly share?: boolean
  /** Whether its figures are in percent; the header then says so. */
  readonly percent?: boolean
  /** The names of the two figures of its pairs, such as "has0" and "non0". */
  readonly pair?: readonly [string, string]
}

/** The content of a cell: text, a number, the summary of several runs, or nothing. */
export type Content = string | number | Summary | null

/** A cell with more than its content. */
export interface DecoratedCell {
  readonly content: Content
  /**
   * How to show a number to people if its digits do not suit, such as "< .001"; programs read the
   * number.
   */
  readonly shown?: string
  /** Whether a number is written with its sign, + or -. */
  readonly signed?: boolean
  /** Whether it is emphasised, such as the best of its column. */
  readonly strong?: boolean
  /**
   * Written directly after the content, as a superscript if the format has them: stars of
   * significance, for example.
   */
  readonly mark?: string
  /** A remark under the table that the cell refers to by a letter; equal remarks share one. */
  readonly note?: string
}

/**
 * Two figures that papers write in one cell, "0.812 / 0.834": with neutral sentiment (0) and
 * without.
 */
export interface Pair {
  readonly pair: readonly [Content | DecoratedCell, Content | DecoratedCell]
}

export type Cell = Content | DecoratedCell | Pair

/** A table, to be rendered as plain text, Markdown, CSV, LaTeX or HTML. */
export interface Table {
  readonly caption?: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** A figure as text. */
export interface TextPart {
  readonly text: string
  readonly strong: boolean
  /** Its mark and the letter of its note, or empty. */
  readonly mark: string
}

/** A cell as text: one part, or the two of a pair. */
export type TextCell = readonly TextPart[]

/** A table with its cells as text, the basis of every format. */
export interface TextTable {
  readonly caption: string | undefined
  readonly columns: readonly {
    readonly header: string
    readonly align: 'left' | 'right' | 'center'
  }[]
  readonly rows: readonly (readonly TextCell[])[]
  /** The footnotes that letters beside cells refer to, in order. */
  readonly notes: readonly { readonly letter: string; readonly text: string }[]
}

/**
 * Turns every cell into one line of text and sets the alignment of each column: its own or, if it
 * holds only numbers, to the right.
 *
 * @throws LimbicError if a row does not have one cell per column
 */
export function toText(table: Table): TextTable {
  checkRows(table)
  const notes = new Map<string, string>()
  const letterOf = (note: string) => {
    const text = cellText(note)
    const letter = notes.get(text) ?? letterAt(notes.size)
    notes.set(text, letter)
    return letter
  }
  return {
    caption: table.caption === undefined ? undefined : cellText(table.caption),
    columns: table.columns.map((column, index) => ({
      header: cellText(headerOf(column)),
      align: column.align ?? (holdsNumbers(table, index) ? 'right' : 'left'),
    })),
    rows: table.rows.map((row) =>
      row.map((cell, index) =>
        partsOf(cell).map((part) => {
          const { strong = false, mark = '', note } = part
          return {
            text: partText(part, table.columns[index]?.digits),
            strong,
            mark: cellText(mark) + (note === undefined ? '' : `(${letterOf(note)})`),
          }
        }),
      ),
    ),
    notes: [...notes].map(([text, letter]) => ({ letter, text })),
  }
}

/** @throws LimbicError if a row does not have one cell per column */
export function checkRows(table: Table): void {
  table.rows.forEach((row, index) => {
    if (row.length === table.columns.length) return
    throw new LimbicError('a row has the wrong number of cells', {
      where: `${table.caption ?? 'table'}, row ${index}`,
      expected: `${table.columns.length} cells`,
      got: `${row.length}`,
    })
  })
}

/** A column's header, with the names of the two figures of its pairs. */
function headerOf({ header, pair, percent }: Column): string {
  return `${header}${pair ? ` (${pair.join(' / ')})` : ''}${percent ? ' %' : ''}`
}

/** a, b .. z, aa, ab .. */
function letterAt(index: number): string {
  const last = String.fromCharCode(97 + (index % 26))
  return index < 26 ? last : letterAt(Math.floor(index / 26) - 1) + last
}

/**
 * Marks the best cell of a column, and every cell that reads the same. Cells without a number are
 * ignored; if all others read the same, none is the best.
 */
export function markBest(table: Table, column: number, better: 'higher' | 'lower'): Table {
  const sign = better === 'higher' ? 1 : -1
  const contents = table.rows.map((row) => contentOf(row[column] ?? null))
  const figures = contents.map((content) => sign * figureOf(content))
  const best = largest(figures.filter((figure) => !Number.isNaN(figure)))
  const written = contents.map((content) => writtenFigure(content, table.columns[column]?.digits))
  const bestWritten = written[figures.indexOf(best)]
  if (bestWritten === undefined) return table
  const compared = written.filter((_, index) => !Number.isNaN(figures[index]))
  if (compared.length > 1 && compared.every((one) => one === bestWritten)) return table
  const rows = table.rows.map((row, index) =>
    written[index] === bestWritten
      ? row.map((cell, place) =>
          place === column && !isPair(cell) ? { ...decorated(cell), strong: true } : cell,
        )
      : row,
  )
  return { ...table, rows }
}

function cellText(text: string): string {
  return oneLine(text).trim()
}

/** The figures of a cell with their decorations: two of a pair, otherwise one. */
export function partsOf(cell: Cell): readonly DecoratedCell[] {
  return isPair(cell) ? cell.pair.map(decorated) : [decorated(cell)]
}

export function isPair(cell: Cell): cell is Pair {
  return typeof cell === 'object' && cell !== null && 'pair' in cell
}

/** A cell with its decoration, if it has any. */
export function decorated(cell: Content | DecoratedCell): DecoratedCell {
  return typeof cell === 'object' && cell !== null && 'content' in cell ? cell : { content: cell }
}

export function isSummary(content: Content): content is Summary {
  return typeof content === 'object' && content !== null
}

function contentOf(cell: Cell): Content {
  return isPair(cell) ? null : decorated(cell).content
}

function figureOf(content: Content): number {
  if (typeof content === 'number') return content
  return isSummary(content) ? content.mean : Number.NaN
}

/** The figure as the table shows it; figures that read the same count as equal. */
function writtenFigure(content: Content, digits: number | undefined): string | undefined {
  const figure = figureOf(content)
  const shownDigits = typeof content === 'object' ? (digits ?? 3) : digits
  return Number.isNaN(figure) ? undefined : contentText(figure, shownDigits)
}

function partText({ content, shown, signed }: DecoratedCell, digits: number | undefined): string {
  if (shown !== undefined) return cellText(shown)
  return signed && typeof content === 'number' && Number.isFinite(content)
    ? formatSigned(content, digits ?? 3)
    : contentText(content, digits)
}

function contentText(content: Content, digits: number | undefined): string {
  if (content === null) return ''
  if (typeof content === 'string') return cellText(content)
  if (typeof content === 'object') {
    return formatMeanDeviation(content, digits === undefined ? {} : { digits })
  }
  if (Number.isNaN(content)) return 'n/a'
  if (!Number.isFinite(content)) return content > 0 ? '∞' : '-∞'
  return digits === undefined ? String(content) : fixed(content, digits)
}

function holdsNumbers(table: Table, column: number): boolean {
  const contents = table.rows.flatMap((row) =>
    partsOf(row[column] ?? null).map(({ content }) => content),
  )
  return (
    contents.some((content) => content !== null) &&
    contents.every((content) => content === null || typeof content !== 'string')
  )
}
