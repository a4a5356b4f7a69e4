import { heatmap } from './heatmap.js'

/** About as wide as a page, in pixels. */
const pageWidth = 600

/**
 * The top-down mask on one sequence as SVG: a row a step, a column a feature.
 *
 * @throws LimbicError if there are no steps, or the values do not fit them
 */
export function sampleMaskHeatmap(map: {
  readonly title: string
  readonly subtitle?: string
  /** One label a step. */
  readonly steps: readonly string[]
  /** `values[step][feature]`, from 0 to 1. */
  readonly values: readonly (readonly number[])[]
}): Promise<string> {
  const { title, subtitle, steps, values } = map
  const features = Array.from({ length: values[0]?.length ?? 0 }, (_, feature) => feature)
  const every = [1, 2, 5, 10, 25, 50, 100, 250].find((step) => features.length / step <= 12) ?? 500
  return heatmap({
    title,
    ...(subtitle !== undefined && { subtitle }),
    rowTitle: 'Step',
    rows: steps,
    columnTitle: 'Feature',
    columns: features.map((feature) => String(feature + 1)),
    values,
    legendTitle: 'Mask',
    format: '.2f',
    numbers: false,
    cell: {
      width: Math.max(1, Math.min(28, Math.floor(pageWidth / features.length))),
      height: steps.length > 30 ? 8 : 18,
    },
    namedColumns: features.filter((feature) => feature === 0 || (feature + 1) % every === 0),
  })
}
