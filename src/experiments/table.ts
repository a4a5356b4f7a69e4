/** An experiment's table, and the files that hold it. */

import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { largest } from '../base/numbers.js'
import { suggest } from '../base/schema.js'
import { latexComment } from '../base/text/latex.js'
import { escapeMarkdown } from '../base/text/markdown.js'
import { shellWord } from '../base/text/shell.js'
import { nameOfData } from '../data/name.js'
import { writeContentSafely } from '../disk/files.js'
import { version } from '../disk/package.js'
import { htmlReport } from '../report/html/report.js'
import { describeMetric } from '../report/metric.js'
import { syntheticNotice } from '../report/pages/page.js'
import { renderTable } from '../report/tables/render.js'
import { type ReproducedCell, reproductionTable } from '../report/tables/reproduction.js'
import { paired, scaled } from '../report/tables/style.js'
import { type Column, markBest, type Table } from '../report/tables/table.js'
import type { ExperimentCurves } from './figure/curves.js'
import type { NamedExperiment } from './read.js'
import { type Experiment, type ExperimentColumn, type ExperimentRow, rowTitle } from './schema.js'
import type { FigureStyle } from './summaries.js'

/** The outcome of an experiment that was run. */
export interface ExperimentOutcome {
  readonly named: NamedExperiment
  readonly rows: readonly ExperimentRow[]
  readonly cells: readonly ReproducedCell[]
  /** The data that our figures are for. */
  readonly data: { readonly name: string; readonly synthetic: boolean }
  /** Sentences on the origin of the figures and how far they can be trusted. */
  readonly remarks: readonly string[]
  /** What the reader must not overlook, such as that the data is not the document's. */
  readonly warnings: readonly string[]
  readonly facts: readonly (readonly [name: string, value: string])[]
}

/** The document's figure, ours and the difference; ours alone if the experiment has no figures to compare with. */
export function experimentTable(
  { named, rows, cells: all, data }: ExperimentOutcome,
  style: FigureStyle = {},
): Table {
  const { experiment } = named
  const columns = chosenColumns(experiment, style)
  const cells = all.filter(({ column }) => columns.some(({ title }) => title === column))
  const reported = rows.some(({ paper }) => Object.keys(paper).length > 0)
  if (!reported)
    return paired(ownTable({ ...experiment, columns: [...columns] }, cells, data, style), style)
  const table = reproductionTable({
    title: `${experiment.title}; reproduced on ${nameOfData(data)}`,
    rows: rows.map(rowTitle),
    columns: columns.map((column) => column.title),
    cells,
    digits: columns.map(({ digits }) => digits),
  })
  const [row, source] = table.columns
  const figures = table.columns.slice(2).map((column, place) => ({
    ...column,
    ...metricOf(columns[place]),
  }))
  const known = row && source ? { ...table, columns: [row, source, ...figures] } : table
  return paired(scaled(known, style), style)
}

/**
 * The requested columns of an experiment, by metric or title; default: all.
 *
 * @throws LimbicError for one that it does not have
 */
export function chosenColumns(
  { columns }: Pick<Experiment, 'columns'>,
  { columns: wanted }: FigureStyle = {},
): readonly ExperimentColumn[] {
  if (!wanted) return columns
  return [...new Set(wanted)].map((name) => {
    const alike = (text: string) => text.toLowerCase() === name.toLowerCase()
    const found = columns.find(({ metric, title }) => alike(metric) || alike(title))
    if (found) return found
    throw new LimbicError(`the table has no column "${name}"`, {
      where: '--columns',
      hint: suggest(
        name,
        columns.map(({ metric }) => metric),
      ),
    })
  })
}

/** The format of a column's figures; those that a document prints in per cent are already scaled. */
function metricOf(column: ExperimentColumn | undefined): Pick<Column, 'metric' | 'share'> {
  if (!column) return {}
  const { metric, scale } = column
  return { metric, share: scale === 1 && describeMetric(metric).share }
}

function ownTable(
  { title, columns }: Experiment,
  cells: readonly ReproducedCell[],
  data: ExperimentOutcome['data'],
  style: FigureStyle,
): Table {
  const most = largest(
    cells.map(({ ours }) => ours?.runs ?? 0),
    0,
  )
  const runs = most > 1 ? `mean ± standard deviation over ${most} runs` : 'a single run each'
  const rows = [...new Set(cells.map(({ row }) => row))]
  const plain: Table = {
    caption: `${title}. ${nameOfData(data)}, test split, ${runs}`,
    columns: [
      { header: 'Model' },
      ...columns.map((column) => ({
        ...{ header: column.title, digits: column.digits },
        ...metricOf(column),
      })),
    ],
    rows: rows.map((row) => [
      row,
      ...columns.map((column) => {
        const cell = cells.find((one) => one.row === row && one.column === column.title)
        if (!cell?.ours) return { content: null, ...(cell?.why && { note: cell.why }) }
        const { mean, deviation, runs } = cell.ours
        const content = { mean, deviation, count: runs }
        return cell.why === undefined ? content : { content, note: cell.why }
      }),
    ]),
  }
  const table = scaled(plain, style)
  return columns.reduce((marked, { metric }, index) => {
    const { better } = describeMetric(metric)
    return better ? markBest(marked, index + 1, better) : marked
  }, table)
}

/**
 * Writes the table as `report.html`, `table.csv`, `table.md` and `table.tex`, and its curves under
 * `figures`.
 *
 * @returns the path of the report
 */
export function writeExperiment(
  folder: string,
  outcome: ExperimentOutcome,
  table: Table,
  { blocks, figures }: ExperimentCurves,
): { readonly report: string } {
  const { named, data, remarks, warnings, facts } = outcome
  const { experiment } = named
  const report = join(folder, 'report.html')
  writeContentSafely(join(folder, 'table.csv'), renderTable(table, 'csv'))
  const said = [...warnings, ...remarks].map((text) => `\n${escapeMarkdown(text)}\n`).join('')
  writeContentSafely(join(folder, 'table.md'), `${renderTable(table, 'markdown')}\n${said}`)
  const comments = [...warnings, ...remarks].map((text) => `${latexComment(text)}\n`).join('')
  writeContentSafely(join(folder, 'table.tex'), `${comments}${renderTable(table, 'latex')}\n`)
  for (const [figure, svg] of figures) {
    writeContentSafely(join(folder, 'figures', `${figure}.svg`), svg)
  }
  const page = htmlReport({
    title: experiment.title,
    subtitle: experiment.source
      ? `${experiment.source.document}, ${experiment.source.table}`
      : 'An experiment without a publication',
    sections: [
      {
        title: 'Figures',
        blocks: [
          ...syntheticNotice(data.name, data.synthetic),
          ...warnings.map((text) => ({ kind: 'notice' as const, text })),
          { kind: 'table', table },
          ...blocks,
          { kind: 'prose', text: remarks.join('\n\n') },
        ],
      },
      { title: 'Setup', blocks: [{ kind: 'facts', facts }] },
    ],
    footer: `Limbic ${version}, limbic reproduce ${shellWord(named.name)}`,
  })
  writeContentSafely(report, page)
  return { report }
}
