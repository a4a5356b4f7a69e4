import { type MetricDescription, metricCatalogue } from '../../metrics/index.js'

const known: Readonly<Record<string, MetricDescription>> = metricCatalogue

/** How a metric is written: one of the catalogue, or one of a label such as `happy.f1`. */
export function describeMetric(name: string): {
  readonly label: string
  readonly better: 'higher' | 'lower' | undefined
} {
  const own = known[name]
  if (own) return own
  const dot = name.lastIndexOf('.')
  const last = dot < 0 ? undefined : known[name.slice(dot + 1)]
  if (last) return { label: `${name.slice(0, dot)} ${last.label}`, better: last.better }
  return { label: name, better: undefined }
}
