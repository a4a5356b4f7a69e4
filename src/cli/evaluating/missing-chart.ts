/** The chart of `--missing`: a metric as the share of what is missing grows. */
import { nameOfData } from '../../data/name.js'
import { writeContentSafely } from '../../disk/files.js'
import { type FigureStyle, shownMetrics } from '../../experiments/summaries.js'
import { learningCurves } from '../../report/charts/runs/learning-curves.js'
import { describeMetric } from '../../report/metric.js'
import type { EvaluatedGroup } from './evaluate-path.js'
import { nameInputs } from './missing.js'

/**
 * Draws the first shown metric of each run, one line for each set of inputs that is missing, and
 * writes it as SVG.
 *
 * @param groups by run, complete samples first
 */
export async function drawMissing(
  path: string,
  groups: readonly EvaluatedGroup[],
  { split, style }: { readonly split: string; readonly style: FigureStyle },
): Promise<void> {
  const [first] = groups
  if (!first) return
  const [metric = 'loss'] = shownMetrics(first.summary, style)
  const runs = [...new Set(groups.map(({ run }) => run))]
  const lines = [...new Set(groups.map(lineOf))].flatMap((line) => {
    const rows = groups.filter((group) => lineOf(group) === line)
    const [row] = rows
    if (!row || row.row.inputs.length === 0) return []
    const whole = groups.find(({ run, row: own }) => run === row.run && own.inputs.length === 0)
    const all = [...(whole ? [whole] : []), ...rows].sort((a, b) => a.row.share - b.row.share)
    const inputs = nameInputs(row.row)
    return [
      {
        name: runs.length > 1 ? `${row.run}: ${inputs}` : inputs,
        positions: all.map(({ row: { share } }) => share),
        runs: row.summary.seeds.map((_, seed) =>
          all.map(({ summary }) => summary.runs[seed]?.[metric] ?? Number.NaN),
        ),
      },
    ]
  })
  const svg = await learningCurves({
    title: 'Missing inputs',
    subtitle: `${nameOfData(first.summary.dataset)}, ${split} split`,
    figure: describeMetric(metric).label,
    series: lines,
    axis: { title: 'Share of samples that lack the input', from: 0, step: 0.05, format: '.0%' },
  })
  writeContentSafely(path, svg)
}

function lineOf({ run, row }: EvaluatedGroup): string {
  return JSON.stringify([run, row.inputs])
}
