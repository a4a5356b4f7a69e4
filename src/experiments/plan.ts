/** An experiment on given data: what must be trained, and the report of its results. */
import { LimbicError } from '../base/errors.js'
import type { Tree } from '../base/merge.js'
import type { Dataset } from '../data/dataset.js'
import { type DatasetFacts, factsOfData } from '../data/facts.js'
import type { Table } from '../report/tables/table.js'
import { openData } from '../runs/open-data.js'
import { type Cell, planCells } from '../sweep/cell.js'
import type { CellOutcome } from '../sweep/run-grid.js'
import { type ConfiguredRow, configureRows, keptByRows, refuseForAll } from './configure.js'
import { factsOf } from './facts.js'
import { withCosts } from './figure/costs.js'
import { experimentCurves } from './figure/curves.js'
import { figuresOf, outcomesByRow, type RowOutcome } from './figures.js'
import { type MeasuredColumn, measuredColumns, whyNot } from './fit.js'
import { freeFolder, keepPlan } from './folder.js'
import type { NamedExperiment } from './read.js'
import { describeChanges, remarksOn, warningsOn } from './remarks.js'
import {
  chosenRows,
  type ExperimentRequest,
  foldsOf,
  isWanted,
  pathsOf,
  seedsOf,
  undivided,
} from './request.js'
import { chosenColumns, type ExperimentOutcome, experimentTable, writeExperiment } from './table.js'

/** What must be trained for an experiment. */
export interface ExperimentPlan {
  readonly folder: string
  /** The number of rows that are trained. */
  readonly rows: number
  /** The runs of all rows. */
  readonly cells: readonly Cell[]
  /** The rows that this data cannot fill, and why. */
  readonly leftOut: readonly { readonly id: string; readonly why: string }[]
  /** The data sets of the rows; the figures are for the first. */
  readonly data: readonly DatasetFacts[]
  /**
   * Measures what the runs cost, if a column asks for it, and writes table, figures and report of
   * their outcomes to the folder.
   */
  report(outcomes: readonly CellOutcome[]): Promise<ExperimentReport>
}

/** The results of an experiment. */
export interface ExperimentReport extends ExperimentOutcome {
  readonly table: Table
  /** The path of `report.html`; `table.csv`, `table.md` and `table.tex` are beside it. */
  readonly report: string
}

/**
 * Plans an experiment: which rows the data can fill, which runs that takes, and where they are kept.
 *
 * @param given a part of a run's configuration, for every row
 * @throws LimbicError if data, rows, seeds or folds do not exist, no row can be trained on the data,
 * or the folder holds something else
 */
export async function planExperiment(
  named: NamedExperiment,
  request: ExperimentRequest = {},
  given: Tree = {},
): Promise<ExperimentPlan> {
  const { experiment } = named
  const { settings = {} } = request
  const paths = pathsOf(named, request)
  const rows = chosenRows(named, request.rows)
  // An unknown column is an error before anything is trained.
  chosenColumns(experiment, request.style)
  const configured = configureRows(named, paths[0], given, settings).filter(({ row }) =>
    isWanted(row, rows),
  )
  refuseForAll(configured, given)
  const seeds = seedsOf(named, request)
  const folds = foldsOf(named, request, paths, configured)

  const { data, columns, unfit } = await lookAtData(named, configured)
  const [first] = data
  const fit = configured.filter(({ id }) => !unfit.has(id))
  const leftOut = [...unfit].map(([id, why]) => ({ id, why }))
  if (!first) throw new LimbicError('none of the selected rows is trained', { where: 'rows' })
  if (fit.length === 0) {
    throw new LimbicError('no row of the experiment can be trained on this data', {
      where: first.name,
      got: leftOut
        .map(({ id, why }) => `${id}: ${why}`)
        .slice(0, 1)
        .join(),
      hint: `It is designed for ${experiment.data.name}`,
    })
  }
  const folder = request.out ?? freeFolder(named.name, first.name, configured)
  keepPlan(folder, configured)
  return {
    ...{ folder, leftOut, data },
    rows: fit.length,
    cells: planCells({ folder, rows: fit, seeds, ...(folds && { folds }) }),
    async report(ended) {
      const outcomes = await withCosts(experiment, ended)
      const changes = [
        ...describeChanges(named, { ...given, settings }, seeds, request.folds),
        ...keptByRows(fit),
      ]
      const became = new Map<string, RowOutcome>(outcomesByRow(outcomes))
      for (const { id, why } of leftOut) became.set(id, { why })
      const outcome: ExperimentOutcome = {
        ...{ named, rows, data: first },
        cells: figuresOf(experiment, rows, columns, became),
        warnings: warningsOn(experiment, first, columns, changes),
        remarks: remarksOn(experiment, first),
        facts: factsOf(named, first, { seeds, folds, changes, outcomes }),
      }
      const table = experimentTable(outcome, request.style)
      const curves = await experimentCurves(experiment, rows, columns, became, first)
      return { ...outcome, table, ...writeExperiment(folder, outcome, table, curves) }
    },
  }
}

/** Opens the data of every row, finds what is measured on it and which rows it cannot fill, and closes it. */
async function lookAtData(
  { experiment }: NamedExperiment,
  rows: readonly ConfiguredRow[],
): Promise<{
  readonly data: readonly DatasetFacts[]
  readonly columns: ReadonlyMap<string, MeasuredColumn>
  /** Why, by the identifiers of rows. */
  readonly unfit: ReadonlyMap<string, string>
}> {
  const opened = new Map<string, Dataset>()
  try {
    const unfit = new Map<string, string>()
    for (const row of rows) {
      const data = undivided(row.config.data)
      const key = JSON.stringify(data)
      const dataset = opened.get(key) ?? (await openData(data))
      opened.set(key, dataset)
      const why = whyNot(row, dataset)
      if (why !== undefined) unfit.set(row.id, why)
    }
    const datasets = [...opened.values()]
    const [first] = datasets
    return {
      data: datasets.map(factsOfData),
      columns: first ? measuredColumns(experiment, first) : new Map(),
      unfit,
    }
  } finally {
    for (const dataset of opened.values()) dataset.close()
  }
}
