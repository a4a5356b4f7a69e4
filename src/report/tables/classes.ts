/** A metric of each class, as papers print it: one row per model, one column per class. */
import { mean, summarise } from '../../metrics/index.js'
import { type Cell, markBest, type Table } from './table.js'

export interface ClassFigures {
  /** What the figures are, such as "F1". */
  readonly label: string
  /** The data behind them, such as "synthetic demo, test split". */
  readonly on?: string
  readonly digits: number
  /** The name of the per-class metric. */
  readonly metric?: string
  readonly classes: readonly string[]
  readonly groups: readonly {
    readonly name: string
    /** `values[class][run]` */
    readonly values: readonly (readonly number[])[]
  }[]
}

/**
 * One row per group, one column per class, and one for the macro average (over the classes of each
 * run).
 */
export function classTable({
  label,
  metric = label,
  on,
  digits,
  classes,
  groups,
}: ClassFigures): Table {
  const table: Table = {
    caption: [
      `${label} of each class${on === undefined ? '' : `, on ${on}`}.`,
      ...(groups.some(({ values }) => (values[0]?.length ?? 0) > 1)
        ? ['Mean ± standard deviation over runs.']
        : []),
    ].join(' '),
    columns: [
      { header: 'Model' },
      ...[...classes, 'Average'].map((header) => ({
        ...{ header, align: 'right' as const, digits, metric, share: true },
      })),
    ],
    rows: groups.map(({ name, values }): Cell[] => {
      const runs = values[0]?.map((_, run) => mean(values.map((of) => of[run] ?? Number.NaN)))
      return [name, ...values.map(summarise), summarise(runs ?? [])]
    }),
  }
  if (groups.length < 2) return table
  return [...classes, ''].reduce<Table>((so, _, at) => markBest(so, at + 1, 'higher'), table)
}
