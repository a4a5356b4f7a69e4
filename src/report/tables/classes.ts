/** A metric of each class, as documents print it: a row a model, a column a class. */
import { mean, summarise } from '../../metrics/index.js'
import { type Cell, markBest, type Table } from './table.js'

export interface ClassFigures {
  /** What the figures are, such as "F1". */
  readonly label: string
  /** What they are of, such as "synthetic demo, test split". */
  readonly on?: string
  readonly digits: number
  /** The metric that is given of each class, by its name. */
  readonly metric?: string
  readonly classes: readonly string[]
  readonly groups: readonly {
    readonly name: string
    /** `values[class][run]` */
    readonly values: readonly (readonly number[])[]
  }[]
}

/** A row a group, a column a class and one for their plain mean (over the classes of each run). */
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
