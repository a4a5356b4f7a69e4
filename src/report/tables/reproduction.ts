/** A published table with our figures in it. */
import { LimbicError } from '../../base/errors.js'
import { largest, smallest } from '../../base/numbers.js'
import type { Cell, DecoratedCell, Table } from './table.js'

/** One figure of a published table, on its own scale, and our result for it. */
export interface ReproducedCell {
  /** One of the table's rows, usually a model. */
  readonly row: string
  /** One of the table's columns, usually a metric. */
  readonly column: string
  readonly paper?: { readonly mean: number; readonly deviation?: number }
  /** The deviation is NaN for a single run. */
  readonly ours?: { readonly mean: number; readonly deviation: number; readonly runs: number }
  /** Why we have no figure, or a remark on it. */
  readonly why?: string
}

/**
 * A published table with three lines per row: the published figure, ours as mean ± standard
 * deviation over runs, and ours minus theirs. A line that would be empty in every column is left
 * out. If a figure of ours is missing, a note under the table says why.
 *
 * @param content.rows names of rows in the published order
 * @param content.columns names of columns in the published order
 * @param content.digits decimals, of all columns or of each; default: 3
 * @throws LimbicError if a cell is in no row or column, or two are in the same place
 */
export function reproductionTable(content: {
  readonly title: string
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly cells: readonly ReproducedCell[]
  readonly digits?: number | readonly number[]
  /** What the rows are. Default: "Model". */
  readonly rowTitle?: string
}): Table {
  const { title, rows, columns, cells, digits = 3, rowTitle = 'Model' } = content
  const places = placeCells(title, rows, columns, cells)
  const digitsOf = (index: number) => (typeof digits === 'number' ? digits : (digits[index] ?? 3))
  const lines = rows.flatMap((row): Cell[][] => {
    const own = columns.map((column) => places.get(key(row, column)))
    const differences = own.map(differenceOf)
    return [
      ...(own.some((cell) => cell?.paper) ? [[row, 'paper', ...own.map(paperCell)]] : []),
      [row, 'ours', ...own.map(ourCell)],
      ...(differences.some((cell) => cell !== null) ? [[row, 'difference', ...differences]] : []),
    ]
  })
  return {
    caption: `${title.replace(/\.?$/, '.')} ${describeRuns(cells)}`,
    columns: [
      { header: rowTitle },
      { header: 'Source' },
      ...columns.map((header, index) => ({
        header,
        align: 'right' as const,
        digits: digitsOf(index),
      })),
    ],
    rows: lines,
  }
}

const key = (row: string, column: string) => JSON.stringify([row, column])

function placeCells(
  title: string,
  rows: readonly string[],
  columns: readonly string[],
  cells: readonly ReproducedCell[],
): Map<string, ReproducedCell> {
  const places = new Map<string, ReproducedCell>()
  for (const cell of cells) {
    const where = `${title}, cell "${cell.row}", "${cell.column}"`
    if (!rows.includes(cell.row)) {
      throw new LimbicError('no such row in the table', { where, expected: rows.join(' or ') })
    }
    if (!columns.includes(cell.column)) {
      throw new LimbicError('no such column in the table', {
        where,
        expected: columns.join(' or '),
      })
    }
    if (places.has(key(cell.row, cell.column))) {
      throw new LimbicError('two figures for the same cell', { where })
    }
    places.set(key(cell.row, cell.column), cell)
  }
  return places
}

function paperCell(cell: ReproducedCell | undefined): Cell {
  if (!cell?.paper) return null
  const { mean, deviation } = cell.paper
  return deviation === undefined ? mean : { mean, deviation, count: Number.NaN }
}

function ourCell(cell: ReproducedCell | undefined): DecoratedCell {
  const why = cell?.why === undefined ? {} : { note: cell.why }
  if (!cell?.ours) return { content: null, ...why }
  const { mean, deviation, runs } = cell.ours
  return { content: { mean, deviation, count: runs }, ...why }
}

function differenceOf(cell: ReproducedCell | undefined): DecoratedCell | null {
  if (!cell?.paper || !cell.ours) return null
  // Without floating-point noise: 65.23 is 1.17 below 66.4.
  const difference = Number((cell.ours.mean - cell.paper.mean).toPrecision(12))
  return { content: difference, signed: true }
}

function describeRuns(cells: readonly ReproducedCell[]): string {
  const counts = cells.flatMap(({ ours }) => (ours ? [ours.runs] : []))
  if (counts.length === 0) return 'No figures of ours yet.'
  const [fewest, most] = [smallest(counts), largest(counts)]
  if (most === 1) return 'Ours: a single run each.'
  const runs = fewest === most ? `${most}` : `${fewest} to ${most}`
  return `Ours: mean ± standard deviation over ${runs} runs.`
}
