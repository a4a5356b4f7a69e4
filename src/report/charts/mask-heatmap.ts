import { heatmap } from './heatmap.js'

/** What a model's feedback lets through, per feature and class. */
export interface MaskHeatmap {
  readonly title: string
  readonly subtitle?: string
  readonly features: readonly string[]
  /** The classes in order, such as the seven of sentiment from neg++ to pos++. */
  readonly classes: readonly string[]
  /** `values[feature][class]`: the mean mask, from 0 (held back) to 1 (let through); NaN for a class without samples. */
  readonly values: readonly (readonly number[])[]
  /** The values at the two ends of the colours; the smallest and the largest value unless given. */
  readonly domain?: readonly [number, number]
}

/** With more features than this, numbers in the cells would be noise. */
const mostNumberedFeatures = 40

/**
 * The average top-down masks over the sentiment classes, as SVG, in the manner of figure 2 of the
 * MMLatch document.
 *
 * @throws LimbicError if the values do not fit the features and classes
 */
export function maskHeatmap(map: MaskHeatmap): Promise<string> {
  return heatmap({
    title: map.title,
    ...(map.subtitle !== undefined && { subtitle: map.subtitle }),
    rowTitle: 'Feature',
    rows: map.features,
    columnTitle: 'Sentiment',
    columns: map.classes,
    values: map.values,
    legendTitle: 'Mean mask',
    ...(map.domain && { domain: map.domain }),
    format: '.2f',
    numbers: map.features.length <= mostNumberedFeatures,
  })
}
