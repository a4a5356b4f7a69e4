/** A confusion matrix as a heatmap. */

import type { ConfusionCounts } from '../../../metrics/index.js'
import { heatmap } from './heatmap.js'

/**
 * A confusion matrix as SVG: each row is one true class, in percent of its samples.
 *
 * @param counts `counts[truth][prediction]`, in samples; a class without samples stays blank
 */
export function confusionHeatmap(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly classes: readonly string[]
  readonly counts: ConfusionCounts
}): string {
  return heatmap({
    title: chart.title,
    ...(chart.subtitle !== undefined && { subtitle: chart.subtitle }),
    rowTitle: 'True',
    rows: chart.classes,
    columnTitle: 'Predicted',
    columns: chart.classes,
    values: chart.counts.map((row) => {
      const total = row.reduce((sum, count) => sum + count, 0)
      return row.map((count) => count / total)
    }),
    legendTitle: 'Share of row',
    domain: [0, 1],
    format: '.0%',
    numbers: true,
  })
}
