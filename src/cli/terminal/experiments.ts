/** Lists experiments, and the rows of one. */

import { experimentNames, findExperiment, type NamedExperiment } from '../../experiments/read.js'
import { rowId, rowTitle } from '../../experiments/schema.js'
import { renderTable } from '../../report/tables/render.js'
import type { Terminal } from './terminal.js'

/** The experiments that come with Limbic. */
export function listExperiments(terminal: Terminal): void {
  const all = experimentNames().map(findExperiment)
  for (const { name, path, experiment } of all) {
    const { title, source, data } = experiment
    terminal.record({ name, path, title, source, data: data.name })
  }
  terminal.show(
    renderTable(
      {
        columns: [{ header: 'Experiment' }, { header: 'Description' }, { header: 'Data' }],
        rows: all.map(({ name, experiment }) => [name, experiment.title, experiment.data.name]),
      },
      'text',
    ),
  )
}

/** The rows of one experiment, in its order. */
export function listRows(terminal: Terminal, { experiment }: NamedExperiment): void {
  for (const row of experiment.rows) terminal.record({ id: rowId(row), ...row })
  terminal.show(
    renderTable(
      {
        caption: experiment.title,
        columns: [{ header: 'Row' }, { header: 'Description' }, { header: 'Model' }],
        rows: experiment.rows.map((row) => [
          rowId(row),
          rowTitle(row),
          row.model ?? row.quoted ?? `the best run of ${row.best?.of}`,
        ]),
      },
      'text',
    ),
  )
}
