/** `limbic runs`: the runs of a folder. */
import type { Command } from 'commander'
import { readChoice } from '../../base/values.js'
import { nameOfData } from '../../data/name.js'
import { describeMetric } from '../../report/metric.js'
import { renderTable, type TableFormat, tableFormats } from '../../report/tables/render.js'
import type { Cell, Table } from '../../report/tables/table.js'
import { type ListedRun, listRuns } from '../../runs/list.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions {
  readonly format: TableFormat
}

export function define(command: Command): void {
  withTerminal(command)
    .argument('[folder]', 'folder to search, at any depth', 'runs')
    .option(`--format <${tableFormats.join('|')}>`, 'output format of the table', 'text')
    .addHelpText(
      'after',
      `
A run is complete, running (a process is training it), unfinished (limbic train --resume continues
it), untrained (no epoch is finished yet) or damaged. The last column is its main metric: on the
test split for a complete run, on the validation split for any other.

Examples:
  $ limbic runs
  $ limbic runs runs/demo --json`,
    )
    .action((folder: string, options: Options) => {
      const terminal = openTerminal(options)
      const format = readChoice('--format', options.format, tableFormats)
      const runs = listRuns(folder)
      for (const run of runs) terminal.record(recordOf(run))
      if (runs.length === 0) terminal.print(`No runs found in ${folder}`)
      else terminal.show(renderTable(tableOf(runs), format))
      for (const { path, problem } of runs) {
        if (problem !== undefined) terminal.note(`${path}: ${problem}`)
      }
    })
}

function tableOf(runs: readonly ListedRun[]): Table {
  return {
    columns: [
      { header: 'Run' },
      { header: 'State' },
      { header: 'Model' },
      { header: 'Data' },
      { header: 'Best epoch', align: 'right' },
      { header: 'Validation loss', align: 'right', digits: 4 },
      { header: 'Figure' },
    ],
    rows: runs.map((run): Cell[] => [
      run.path,
      run.state,
      run.config?.model ?? null,
      run.description ? nameOfData(run.description.dataset) : null,
      run.reached ? `${run.reached.bestEpoch} of ${run.reached.epochs}` : null,
      run.reached && Number.isFinite(run.reached.loss) ? run.reached.loss : null,
      figureOf(run),
    ]),
  }
}

/** `MAE 0.812 (test)` */
function figureOf(run: ListedRun): string | null {
  const leading = leadingOf(run)
  if (!leading || leading.value === null) return null
  const { label, digits } = describeMetric(leading.metric)
  return `${label} ${leading.value.toFixed(digits)} (${leading.split})`
}

function leadingOf({ description, figures }: ListedRun) {
  const metric = description?.task.metrics[0]
  if (metric === undefined || !figures) return undefined
  const { split, metrics } = figures
  return { metric, split, value: metrics[metric] ?? null }
}

function recordOf(run: ListedRun): Record<string, unknown> {
  const { path, state, config, description, reached, holder, problem } = run
  const leading = leadingOf(run)
  return {
    ...{ run: path, state },
    ...(config && { model: config.model, seed: config.seed, mostEpochs: config.training.epochs }),
    ...(description && {
      data: { name: description.dataset.name, synthetic: description.dataset.synthetic },
    }),
    ...(reached && {
      epochs: reached.epochs,
      bestEpoch: reached.bestEpoch,
      validLoss: Number.isFinite(reached.loss) ? reached.loss : null,
    }),
    ...(leading && { figure: leading }),
    ...(holder && { holder: { pid: holder.pid, host: holder.host, since: holder.since } }),
    ...(problem !== undefined && { problem }),
  }
}
