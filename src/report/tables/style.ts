/** How the figures of a table are written: decimals, percent, and pairs. */
import type { Cell, Column, Content, DecoratedCell, Table } from './table.js'
import { decorated, isPair, isSummary } from './table.js'

export interface TableStyle {
  /** Decimals: of all figures, or of some metrics by name. */
  readonly digits?: number | Readonly<Record<string, number>>
  /** Write shares in percent, with two decimals fewer by default. */
  readonly percent?: boolean
  /** Write figures with and without neutral sentiment (0) in one cell, as papers do. */
  readonly pairs?: boolean
}

/** Metrics that papers print in one cell, first with neutral sentiment (0), then without. */
const pairs = [
  { header: 'Acc-2', metrics: ['accuracy2ZerosPositive', 'accuracy2ZerosExcluded'] },
  { header: 'F1', metrics: ['f1ZerosPositive', 'f1ZerosExcluded'] },
] as const
/** The names of the two in papers. */
const sides = ['has0', 'non0'] as const

/**
 * Metrics, each followed by the other of its pair, if pairs are requested and the other is
 * measured.
 */
export function withPartners(
  metrics: readonly string[],
  known: readonly string[],
  style: TableStyle,
): string[] {
  if (!style.pairs) return [...metrics]
  const partners = metrics.flatMap((metric) => {
    const pair = pairs.find((one) => one.metrics.some((name) => name === metric))
    return pair?.metrics.every((name) => known.includes(name)) ? pair.metrics : [metric]
  })
  return [...new Set(partners)]
}

/** Metrics by the column that they are written in. */
export function byColumn(metrics: readonly string[], style: TableStyle): (readonly string[])[] {
  const columns = metrics.map((metric): readonly string[] => {
    const pair = pairs.find((one) => one.metrics.some((name) => name === metric))
    return style.pairs && pair?.metrics.every((name) => metrics.includes(name))
      ? pair.metrics
      : [metric]
  })
  return [...new Set(columns)]
}

/** A table with its decimals, and with its shares in percent if requested. */
export function scaled(table: Table, style: TableStyle): Table {
  const columns = table.columns.map((column): Column => {
    if (column.metric === undefined) return column
    const percent = style.percent === true && column.share === true
    const given = typeof style.digits === 'number' ? style.digits : own(style.digits, column.metric)
    const digits = given ?? (percent ? Math.max(0, (column.digits ?? 3) - 2) : column.digits)
    return {
      ...column,
      ...(digits !== undefined && { digits }),
      ...(percent && { percent, share: false }),
    }
  })
  const grow = (cell: Cell, place: number): Cell =>
    columns[place]?.percent && !table.columns[place]?.percent ? inPercent(cell) : cell
  return { ...table, columns, rows: table.rows.map((row) => row.map(grow)) }
}

function own(digits: Readonly<Record<string, number>> = {}, metric: string): number | undefined {
  return Object.hasOwn(digits, metric) ? digits[metric] : undefined
}

function inPercent(cell: Cell): Cell {
  if (isPair(cell)) {
    const [first, second] = cell.pair
    return { pair: [grown(first), grown(second)] }
  }
  return grown(cell)
}

function grown(cell: Content | DecoratedCell): Content | DecoratedCell {
  const { content, ...rest } = decorated(cell)
  // Without floating-point noise: 100 times 0.58 is 58.
  const times = (value: number) => Number((100 * value).toPrecision(14))
  if (typeof content === 'number') return { ...rest, content: times(content) }
  if (!isSummary(content)) return cell
  const { mean, deviation, count } = content
  return { ...rest, content: { mean: times(mean), deviation: times(deviation), count } }
}

/** A table with the two columns of each pair merged, if both exist and pairs are requested. */
export function paired(table: Table, style: TableStyle): Table {
  if (!style.pairs) return table
  return pairs.reduce<Table>((so, { header, metrics }) => {
    const [first = -1, second = -1] = metrics.map((metric) =>
      so.columns.findIndex((column) => column.metric === metric),
    )
    return first < 0 || second < 0 ? so : joined(so, first, second, header)
  }, table)
}

function joined(table: Table, first: number, second: number, header: string): Table {
  const place = Math.min(first, second)
  const gone = Math.max(first, second)
  const put = <Item>(items: readonly Item[], item: Item) =>
    items.map((one, at) => (at === place ? item : one)).filter((_, at) => at !== gone)
  const base = table.columns[first]
  return {
    ...table,
    columns: put(table.columns, { ...base, header, align: 'right', pair: sides }),
    rows: table.rows.map((row) => put(row, pairOf(row[first] ?? null, row[second] ?? null))),
  }
}

/** Empty if both sides are empty. */
function pairOf(first: Cell, second: Cell): Cell {
  if (isPair(first) || isPair(second)) return first
  const empty = [first, second].every((cell) => decorated(cell).content === null)
  return empty ? first : { pair: [first, second] }
}
