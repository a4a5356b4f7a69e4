/** A heatmap of the mask of one sample, steps by features. */

import { featureWidth, namedFeatures } from './feature-columns.js'
import { heatmap } from './heatmap.js'

/**
 * The top-down mask on one sequence as SVG: a row per step, a column per feature.
 *
 * @throws LimbicError if there are no steps, or the values do not fit them
 */
export function sampleMaskHeatmap(map: {
  readonly title: string
  readonly subtitle?: string
  /** One label per step. */
  readonly steps: readonly string[]
  /** `values[step][feature]`, from 0 to 1. */
  readonly values: readonly (readonly number[])[]
}): string {
  const { title, subtitle, steps, values } = map
  const features = values[0]?.length ?? 0
  return heatmap({
    title,
    ...(subtitle !== undefined && { subtitle }),
    rowTitle: 'Step',
    rows: steps,
    columnTitle: 'Feature',
    columns: Array.from({ length: features }, (_, feature) => String(feature + 1)),
    values,
    legendTitle: 'Mask',
    format: '.2f',
    numbers: false,
    cell: {
      width: featureWidth(features),
      height: steps.length > 30 ? 8 : 18,
    },
    namedColumns: namedFeatures(features),
  })
}
