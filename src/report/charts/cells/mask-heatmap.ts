/** A heatmap of mean masks, classes by features. */

import { featureWidth, namedFeatures } from './feature-columns.js'
import { heatmap } from './heatmap.js'

/** A model's mean feedback masks, per feature and class. */
export interface MaskHeatmap {
  readonly title: string
  readonly subtitle?: string
  readonly features: readonly string[]
  /**
   * The classes in order, such as the seven of sentiment from neg++ to pos++; names may have
   * several lines.
   */
  readonly classes: readonly string[]
  /** The axis title of the classes. Default: "Sentiment". */
  readonly classTitle?: string
  /**
   * `values[feature][class]`: the mean mask, from 0 (suppressed) to 1 (passed); NaN for a class
   * without samples.
   */
  readonly values: readonly (readonly number[])[]
  /** The values at the two ends of the colours; default: the smallest and the largest value. */
  readonly domain?: readonly [number, number]
}

/** With more features than this, numbers in the cells would be noise. */
const mostNumberedFeatures = 40
/** With more features than this, rows would fill pages, so features become columns. */
const mostRows = 40

/**
 * The average top-down masks over the classes, as SVG, in the manner of figure 2 of the MMLatch
 * paper: one row per feature or, if there are very many, one column.
 *
 * @throws LimbicError if the values do not fit the features and classes
 */
export function maskHeatmap(map: MaskHeatmap): string {
  const { features, classes, values, classTitle = 'Sentiment' } = map
  const common = {
    title: map.title,
    ...(map.subtitle !== undefined && { subtitle: map.subtitle }),
    legendTitle: 'Mean mask',
    ...(map.domain && { domain: map.domain }),
    format: '.2f',
  }
  if (features.length > mostRows && values.length === features.length) {
    return heatmap({
      ...common,
      rowTitle: classTitle,
      rows: classes.map((name) => name.replaceAll('\n', ', ')),
      columnTitle: 'Feature',
      columns: features,
      values: classes.map((_, row) => values.map((feature) => feature[row] ?? Number.NaN)),
      numbers: false,
      cell: { width: featureWidth(features.length), height: 26 },
      namedColumns: namedFeatures(features.length),
    })
  }
  return heatmap({
    ...common,
    rowTitle: 'Feature',
    rows: features,
    columnTitle: classTitle,
    columns: classes,
    values,
    numbers: features.length <= mostNumberedFeatures,
  })
}
