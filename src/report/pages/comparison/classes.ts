/** Figures of each class, as tables and bars. */

import { splitMetricName } from '../../../metrics/index.js'
import { classBars } from '../../charts/runs/class-bars.js'
import { seriesColours } from '../../charts/style/theme.js'
import { chunks } from '../../chunks.js'
import type { Block } from '../../html/report.js'
import { describeMetric } from '../../metric.js'
import { type ClassFigures, classTable } from '../../tables/classes.js'
import { scaled } from '../../tables/style.js'
import type { PageFigures } from '../page.js'
import { type ComparisonContent, valuesOf, whatOf } from './content.js'

/** The per-class figures that papers print: all for labels, recall and F1 for classes. */
const printed = ['accuracy', 'weightedAccuracy', 'recall', 'f1'] as const
/** One of several labels is mostly absent, so its recall alone says little. */
const printedOfLabels = ['accuracy', 'weightedAccuracy', 'f1'] as const
const drawn: readonly string[] = ['recall', 'f1', 'weightedAccuracy']

/** The metrics of which every run has figures of classes, with the classes' names. */
export function classFigures({
  groups,
  ...content
}: ComparisonContent): (ClassFigures & { readonly metric: string })[] {
  const names = Object.keys(groups[0]?.runs[0]?.metrics ?? {}).map(splitMetricName)
  const classesOf = (metric: string) =>
    names.flatMap((name) => (name.metric === metric && name.of !== undefined ? [name.of] : []))
  const metrics = classesOf('accuracy').length > 0 ? printedOfLabels : printed
  return metrics.flatMap((metric) => {
    const classes = classesOf(metric)
    if (classes.length === 0) return []
    const { label, digits } = describeMetric(metric)
    return [
      {
        metric,
        label,
        digits,
        on: whatOf(content),
        classes,
        groups: groups.map((group) => ({
          name: group.name,
          values: classes.map((name) => valuesOf(group, `${metric}.${name}`)),
        })),
      },
    ]
  })
}

export async function classBlocks(
  content: ComparisonContent,
  figures: PageFigures,
): Promise<Block[]> {
  const { synthetic } = content
  const blocks: Block[] = []
  for (const figuresOf of classFigures(content)) {
    const { metric, label, classes } = figuresOf
    blocks.push({ kind: 'table', table: scaled(classTable(figuresOf), content.style ?? {}) })
    if (!drawn.includes(metric)) continue
    for (const shown of chunks(figuresOf.groups, seriesColours.length)) {
      if (!shown.some(({ values }) => values.flat().some(Number.isFinite))) continue
      const svg = classBars({
        title: `${label} of each class`,
        ...(synthetic && { subtitle: 'Synthetic data' }),
        figure: label,
        classes,
        groups: shown,
      })
      blocks.push(await figures.add(['classes', metric], svg, `${label} of each class.`))
    }
  }
  return blocks
}
