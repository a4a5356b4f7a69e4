/** The results of the runs, as tables and bars. */

import { summarise } from '../../../metrics/index.js'
import { boxPlots } from '../../charts/runs/box-plots.js'
import { comparisonBars } from '../../charts/runs/comparison-bars.js'
import { chunks } from '../../chunks.js'
import type { Block } from '../../html/report.js'
import { describeMetric, metricColumn } from '../../metric.js'
import { starsLegend } from '../../tables/significance.js'
import { byColumn, paired, scaled } from '../../tables/style.js'
import { type Cell, markBest, type Table } from '../../tables/table.js'
import type { PageFigures } from '../page.js'
import { type ComparedGroup, type ComparisonContent, repeatedOver, valuesOf } from './content.js'

/** More columns than this do not fit the width of a page. */
const mostMetricColumns = 4
/** With fewer runs, quartiles add nothing to the dots. */
const fewestRunsInBox = 5
/** After the columns of the model and of its runs. */
const firstMetricColumn = 2

export async function resultBlocks(
  content: ComparisonContent,
  figures: PageFigures,
): Promise<Block[]> {
  const { groups, metricsShown, metricsDrawn = metricsShown.slice(0, 2), synthetic } = content
  const { style = {} } = content
  const columns = byColumn(metricsShown, style)
  const blocks: Block[] = chunks(columns, mostMetricColumns).map((shown, part) => ({
    kind: 'table',
    table: resultTable(content, shown.flat(), part === 0),
  }))
  const boxed = groups.every(({ runs }) => runs.length >= fewestRunsInBox)
  for (const metric of metricsDrawn) {
    const { label, title, better } = describeMetric(metric)
    const drawn = groups.filter((group) => valuesOf(group, metric).every(Number.isFinite))
    if (drawn.length === 0) continue
    const series = drawn.map((group) => {
      const reported = group.reported?.[metric]
      return {
        name: group.name,
        values: valuesOf(group, metric),
        ...(reported !== undefined && { reported }),
      }
    })
    const chart = {
      title: label,
      ...(synthetic && { subtitle: 'Synthetic data' }),
      figure: better === undefined ? label : `${label} (${better} is better)`,
    }
    const bars = comparisonBars({ ...chart, models: series })
    blocks.push(await figures.add(['bars', metric], bars, `${label} of every group. ${title}.`))
    if (!boxed) continue
    const boxes = boxPlots({ ...chart, groups: series })
    const caption = `${label} of every group, run by run over ${repeatedOver(groups)}. The axis may not start at zero.`
    blocks.push(await figures.add(['boxes', metric], boxes, caption))
  }
  return blocks
}

function resultTable(
  { groups, synthetic, comparisons = [], style = {} }: ComparisonContent,
  metricsShown: readonly string[],
  first: boolean,
): Table {
  const repeated = groups.some(({ runs }) => runs.length > 1)
  const reports = groups.some(({ reported = {} }) => Object.keys(reported).length > 0)
  const marks = new Map(
    comparisons.map(({ metric, figures }) => [metric, figures.map(({ mark }) => mark)]),
  )
  const starred = metricsShown.some((metric) => marks.get(metric)?.some((mark) => mark !== ''))
  const caption = [
    repeated ? `Mean ± standard deviation over ${repeatedOver(groups)}.` : 'One run each.',
    groups.length > 1 ? 'The best value of each column is bold.' : '',
    starred ? `Stars: ${starsLegend}, against ${comparisons[0]?.reference}.` : '',
    reports ? 'Published figures are for the data of their publications.' : '',
    synthetic ? 'Synthetic data.' : '',
  ]
  const own = groups.map((group, index): Cell[] => [
    group.name,
    group.runs.length,
    ...metricsShown.map((metric): Cell => {
      const summary = summarise(valuesOf(group, metric))
      const mark = marks.get(metric)?.[index] ?? ''
      return mark === '' ? summary : { content: summary, mark }
    }),
  ])
  const table = {
    caption: first ? caption.filter(Boolean).join(' ') : 'Further metrics of the same runs.',
    columns: [
      { header: 'Model' },
      { header: 'Runs', align: 'right' as const },
      ...metricsShown.map(metricColumn),
    ],
    rows: own,
  }
  // Published figures stand beside ours but are not ranked with them.
  const written = scaled(table, style)
  const marked = groups.length < 2 ? written : bestMarked(written, metricsShown)
  return paired(
    withReported(marked, scaled({ ...table, rows: reportedRows(groups, metricsShown) }, style)),
    style,
  )
}

function bestMarked(table: Table, metricsShown: readonly string[]): Table {
  return metricsShown.reduce((so, metric, place) => {
    const { better } = describeMetric(metric)
    return better ? markBest(so, place + firstMetricColumn, better) : so
  }, table)
}

/** Adds the published figures of each group, if any, under its row. */
function withReported(table: Table, reported: Table): Table {
  const rows = table.rows.flatMap((row, index) => {
    const beside = reported.rows[index] ?? []
    return beside.slice(firstMetricColumn).some((figure) => figure !== null) ? [row, beside] : [row]
  })
  return { ...table, rows }
}

/** The published figures of each group; empty where there are none. */
function reportedRows(groups: readonly ComparedGroup[], metricsShown: readonly string[]): Cell[][] {
  return groups.map(({ name, reported = {} }) => [
    `${name}, as reported`,
    null,
    ...metricsShown.map((metric) => reported[metric] ?? null),
  ])
}
