import { describeMetric as describe } from '../metrics/index.js'

/** How a metric is written in reports: as the catalogue says, or by its name where it knows none. */
export function describeMetric(name: string): {
  readonly label: string
  readonly title: string
  readonly better: 'higher' | 'lower' | undefined
  readonly digits: number
} {
  return describe(name) ?? { label: name, title: name, better: undefined, digits: 3 }
}
