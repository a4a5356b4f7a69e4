/** How far differences between groups can be trusted. */

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
    ? ' Folds share most of their training data, so that runs on them are less independent than the tests take them to be, and p-values come out a little too small.'
    : ''
  return [
    {
      kind: 'prose',
      text: `A small p-value says that a difference as large would seldom come from other seeds alone; it says nothing of other data. Where the reference is the best group, it was chosen by the same figures, which makes its lead look a little larger than it is.${folds}`,
    },
    ...shown.map(
      (comparison): Block => ({
        kind: 'table',
        table: scaled(significanceTable(comparison, whatOf(content)), content.style ?? {}),
      }),
    ),
  ]
}
