/** How reliable the differences between groups are. */

import type { Block } from '../../html/report.js'
import { significanceTable } from '../../tables/significance.js'
import { scaled } from '../../tables/style.js'
import { type ComparisonContent, hasFolds, whatOf } from './content.js'

/** The tests of each comparison, as tables. */
export function significanceBlocks(content: ComparisonContent): Block[] {
  const { comparisons = [], groups } = content
  const shown = comparisons.filter(({ figures }) => figures.length > 1)
  if (shown.length === 0) return []
  const folds = hasFolds(groups)
    ? ' Folds share most of their training data, so their runs are less independent than the tests assume and the p-values are somewhat too small.'
    : ''
  return [
    {
      kind: 'prose',
      text: `A small p-value means that variation between seeds alone would rarely produce a difference this large; it says nothing about other data. If the reference is the best group, it was selected by the same figures, so its lead is somewhat overestimated.${folds}`,
    },
    ...shown.map(
      (comparison): Block => ({
        kind: 'table',
        table: scaled(significanceTable(comparison, whatOf(content)), content.style ?? {}),
      }),
    ),
  ]
}
