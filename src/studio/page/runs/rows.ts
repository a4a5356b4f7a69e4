/** Prepares the list of runs for display: filters, folds by seed, sorts. */
import { describeMetric } from '../../../metrics/index.js'
import { summarise } from '../../../metrics/summary.js'
import type { RunRow } from '../../protocol.js'
import { duration, megabytes } from '../parts/words.js'
import { texts } from '../texts.js'

/** A column: a number, text or nothing for each run. */
export interface ListColumn {
  readonly key: string
  readonly header: string
  readonly isNumber: boolean
  value(row: RunRow): number | string | undefined
  write(value: number): string
}

/** A line of the list: a run, or a folder of several. */
export interface ListLine {
  readonly name: string
  readonly runs: readonly RunRow[]
  /** Whether its runs are shown below it; undefined for a run. */
  readonly unfolded?: boolean
  /** Whether it is shown inside the folder above it. */
  readonly isInner: boolean
}

const { headers } = texts.runs
const plain = (value: number) => value.toLocaleString('en')
const text = (key: string, header: string, value: ListColumn['value']): ListColumn => ({
  ...{ key, header, value, isNumber: false, write: String },
})
const number = (
  key: string,
  header: string,
  value: ListColumn['value'],
  write: (value: number) => string,
): ListColumn => ({ key, header, value, isNumber: true, write })

/** The columns that every run has, without metrics and settings. */
const usual: readonly ListColumn[] = [
  text('state', headers.state, (row) => texts.runs.states[row.state]),
  text('model', headers.model, ({ model }) => model),
  text('data', headers.data, ({ data }) => data),
  number('seed', headers.seed, ({ seed }) => seed, plain),
  number('epochs', headers.epochs, ({ epochs }) => epochs, plain),
  number(
    'validLoss',
    headers.validLoss,
    ({ validLoss }) => validLoss,
    (value) => value.toFixed(4),
  ),
  number(
    'rate',
    headers.rate,
    ({ rate }) => rate,
    (value) => value.toPrecision(3),
  ),
  number(
    'seconds',
    headers.seconds,
    ({ seconds, secondsLeft }) => secondsLeft ?? seconds,
    duration,
  ),
  number('memory', headers.memory, ({ memory }) => memory, megabytes),
  number('parameters', headers.parameters, ({ parameters }) => parameters, plain),
]

/** The default columns. */
export const usualKeys: readonly string[] = [
  'state',
  'model',
  'data',
  'epochs',
  'validLoss',
  'leading',
]

/** Every column with a value for at least one of these runs. */
export function columnsOf(rows: readonly RunRow[]): ListColumn[] {
  const metrics = new Set(rows.flatMap(({ metrics = {} }) => Object.keys(metrics)))
  const settings = new Set(rows.flatMap(({ changed = {} }) => Object.keys(changed)))
  const leading = new Set(rows.flatMap((row) => row.leading ?? []))
  return [
    ...usual,
    ...[...metrics].map((name) => metricColumn(name)),
    ...[...settings]
      .sort()
      .map((name) =>
        text(`setting:${name}`, name.replace(/^settings\./, ''), ({ changed }) => changed?.[name]),
      ),
  ].map((column) =>
    column.key === `metric:${[...leading][0] ?? ''}` ? { ...column, key: 'leading' } : column,
  )
}

function metricColumn(name: string): ListColumn {
  const { label = name, digits = 3 } = describeMetric(name) ?? {}
  return number(
    `metric:${name}`,
    label,
    ({ metrics }) => metrics?.[name] ?? undefined,
    (value) => value.toFixed(digits),
  )
}

/**
 * The text of a line in a column: for several runs, the mean and deviation, or the value that they
 * share.
 */
export function cellOf({ runs }: ListLine, column: ListColumn): string {
  const values = runs.map((row) => column.value(row)).filter((value) => value !== undefined)
  const [first] = values
  if (first === undefined) return ''
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length < values.length) {
    const different = [...new Set(values.map(String))]
    return different.length === 1 ? String(first) : different.join(', ')
  }
  if (numbers.every((value) => value === numbers[0])) return column.write(numbers[0] ?? 0)
  if (column.key === 'seed') return numbers.join(', ')
  const { mean, deviation } = summarise(numbers)
  const isWhole = column.key === 'epochs' || column.key === 'seconds' || column.key === 'memory'
  if (isWhole) return column.write(Math.round(mean))
  return `${column.write(mean)} ± ${column.write(deviation)}`
}

export interface ListWishes {
  readonly filter: string
  readonly folds: boolean
  readonly unfolded: ReadonlySet<string>
  readonly sort: { readonly key: string; readonly down: boolean } | undefined
}

/** The lines of the list, and the number of runs in them. */
export function linesOf(
  rows: readonly RunRow[],
  columns: readonly ListColumn[],
  { filter, folds, unfolded, sort }: ListWishes,
): { readonly lines: ListLine[]; readonly count: number } {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  const kept = words.length === 0 ? rows : rows.filter((row) => matches(row, words))
  const groups = new Map<string, RunRow[]>()
  for (const row of kept) {
    const key = folds ? row.group : row.path
    const members = groups.get(key)
    if (members) members.push(row)
    else groups.set(key, [row])
  }
  const order = sorter(columns, sort)
  const tops = [...groups].map(([name, runs]): ListLine => {
    const [only] = runs
    const alone = only !== undefined && runs.length === 1
    return alone
      ? { name: only.path, runs, isInner: false }
      : { name, runs: runs.sort(order.rows), unfolded: unfolded.has(name), isInner: false }
  })
  const lines = tops
    .sort(order.lines)
    .flatMap((line) =>
      line.unfolded
        ? [line, ...line.runs.map((run) => ({ name: run.path, runs: [run], isInner: true }))]
        : [line],
    )
  return { lines, count: kept.length }
}

function matches(row: RunRow, words: readonly string[]): boolean {
  const settings = Object.entries(row.changed ?? {}).map(([key, value]) => `${key}=${value}`)
  const all = [row.path, row.model, row.data, row.state, ...settings].join(' ').toLowerCase()
  return words.every((word) => all.includes(word))
}

const collator = new Intl.Collator('en', { numeric: true })

function sorter(columns: readonly ListColumn[], sort: ListWishes['sort']) {
  const column = columns.find(({ key }) => key === sort?.key)
  const turn = sort?.down ? -1 : 1
  const worthOf = (runs: readonly RunRow[]) => {
    const values = runs.flatMap((row) => column?.value(row) ?? [])
    const numbers = values.filter((value) => typeof value === 'number')
    return numbers.length > 0 ? summarise(numbers).mean : values[0]
  }
  const compare = (one: readonly RunRow[], other: readonly RunRow[], names: [string, string]) => {
    if (column) {
      const [left, right] = [worthOf(one), worthOf(other)]
      // Empty values come last in either direction.
      if (left === undefined || right === undefined) {
        if (left !== right) return left === undefined ? 1 : -1
      } else {
        const both = typeof left === 'number' && typeof right === 'number'
        const order = both ? left - right : collator.compare(String(left), String(right))
        if (order !== 0) return turn * order
      }
    }
    return (sort?.key === 'name' ? turn : 1) * collator.compare(...names)
  }
  return {
    lines: (one: ListLine, other: ListLine) =>
      compare(one.runs, other.runs, [one.name, other.name]),
    rows: (one: RunRow, other: RunRow) => compare([one], [other], [one.path, other.path]),
  }
}
