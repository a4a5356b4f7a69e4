/** The table of significance tests. */
import type { GroupComparison, GroupTest } from '../../metrics/index.js'
import { describeMetric, metricColumn } from '../metric.js'
import type { Cell, DecoratedCell, Table } from './table.js'

const testNames: Readonly<Record<GroupTest, string>> = {
  paired: "Student's paired t-test (pairs: same seed and fold)",
  unpaired: "Welch's t-test of independent groups",
  pooled: "Student's t-test of independent groups with equal variances",
  wilcoxon: 'Wilcoxon signed-rank test (pairs: same seed and fold)',
}

/** What the stars beside figures mean. */
export const starsLegend = '* p < .05, ** p < .01, *** p < .001 after correction'

/**
 * One row per group: its figure, its difference from the reference, the p-value before and after
 * Holm's correction over the table, and the effect size. If there is no test, a note says why.
 *
 * @param on the data behind the figures, such as "synthetic demo, test split"
 */
export function significanceTable(comparison: GroupComparison, on?: string): Table {
  const { metric, test, reference, figures } = comparison
  const { label } = describeMetric(metric)
  const column = metricColumn(metric)
  const tested = figures.filter(({ p }) => p !== undefined).length
  const starred = figures.some(({ mark }) => mark !== '')
  const kind = figures.find(({ effect }) => effect)?.effect?.kind ?? 'Effect'
  return {
    caption: [
      `${label} of each group against ${reference}${on === undefined ? '' : `, on ${on}`}.`,
      tested === 0
        ? 'No group could be tested.'
        : `${testNames[test]}, two-sided, Holm's correction over ${tested} ${tested === 1 ? 'test' : 'tests'}${starred ? `; ${starsLegend}` : ''}.`,
    ].join(' '),
    columns: [
      { header: 'Group' },
      { header: 'Runs', align: 'right' },
      column,
      { ...column, header: 'Difference' },
      { header: 'p', align: 'right' },
      { header: 'p (Holm)', align: 'right' },
      { header: kind, align: 'right', digits: 2 },
    ],
    rows: figures.map((figure): Cell[] => [
      figure.name,
      figure.summary.count,
      figure.summary,
      figure.reference
        ? 'reference'
        : {
            content: figure.difference ?? null,
            signed: true,
            ...(figure.mark !== '' && { mark: figure.mark }),
            ...(figure.why !== undefined && { note: figure.why }),
          },
      figure.p === undefined ? null : probability(figure.p),
      figure.adjusted === undefined ? null : probability(figure.adjusted),
      figure.effect === undefined ? null : { content: figure.effect.value, signed: true },
    ]),
  }
}

/** Small p-values are only given as a bound: their digits mean nothing. */
function probability(p: number): DecoratedCell {
  return { content: p, shown: p < 0.001 ? '< .001' : p.toFixed(3) }
}
