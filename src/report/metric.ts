/** Metrics in reports. */
import { describeMetric as describe } from '../metrics/index.js'
import type { Column } from './tables/table.js'

/** The title of a metric in reports: the catalogue's, or else its name. */
export function describeMetric(name: string): {
  readonly label: string
  readonly title: string
  readonly better: 'higher' | 'lower' | undefined
  readonly share: boolean
  readonly digits: number
} {
  return describe(name) ?? { label: name, title: name, better: undefined, share: false, digits: 3 }
}

/** The column of a metric's figures. */
export function metricColumn(metric: string): Column {
  const { label, digits, share } = describeMetric(metric)
  return { header: label, align: 'right', digits, metric, share }
}
