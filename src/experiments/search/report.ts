/** What a search writes beside its trials: a table and a page. */
import { join } from 'node:path'
import { writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import { importanceBars } from '../../report/charts/runs/importance-bars.js'
import {
  type Coordinate,
  parallelCoordinates,
} from '../../report/charts/runs/parallel-coordinates.js'
import { type Block, htmlReport } from '../../report/html/report.js'
import { renderTable } from '../../report/tables/render.js'
import type { Table } from '../../report/tables/table.js'
import type { Space } from './space.js'
import type { Trial } from './train.js'

export interface SearchFindings {
  readonly space: Space
  /** Best first. */
  readonly trials: readonly Trial[]
  readonly importance: Readonly<Record<string, number>>
  /** How trials were chosen and trained. */
  readonly facts: readonly (readonly [name: string, value: string])[]
}

/** Writes `table.csv`, `table.md` and `report.html`. @returns the table */
export function writeFindings(folder: string, findings: SearchFindings): Table {
  const table = tableOf(findings)
  writeContentSafely(join(folder, 'table.csv'), renderTable(table, 'csv'))
  writeContentSafely(join(folder, 'table.md'), renderTable(table, 'markdown'))
  writeContentSafely(join(folder, 'report.html'), pageOf(findings, table))
  return table
}

function tableOf({ space, trials }: SearchFindings): Table {
  const names = Object.keys(space)
  return {
    caption: 'Trials by validation loss',
    columns: [
      { header: 'Trial' },
      ...names.map((header) => ({ header, align: 'right' as const })),
      { header: 'Epochs', align: 'right' },
      { header: 'Validation loss', digits: 4 },
    ],
    rows: trials.map(({ name, point, epochs, validLoss, failed }) => [
      name,
      ...names.map((setting) => String(point[setting] ?? '')),
      epochs,
      failed === undefined ? (validLoss ?? null) : 'failed',
    ]),
  }
}

function pageOf({ space, trials, importance, facts }: SearchFindings, table: Table): string {
  const lines = trials.flatMap(({ name, point, validLoss }) =>
    validLoss !== undefined && Number.isFinite(validLoss)
      ? [{ name, values: Object.keys(space).map((setting) => point[setting]), loss: validLoss }]
      : [],
  )
  const figures: Block[] =
    lines.length < 2
      ? []
      : [
          {
            kind: 'figure',
            svg: parallelCoordinates(
              'Settings and validation loss of the trials',
              Object.entries(space).map(([title, axis]) => coordinateOf(title, axis)),
              lines.map((one) => ({ ...one, values: one.values.map(plain) })),
            ),
            caption:
              'A line for each trial, from yellow for the worst to violet for the better ones; the thick one is the best. Trials that stopped early are shown with the loss that they had.',
          },
        ]
  const bars: Block[] =
    Object.keys(importance).length === 0
      ? []
      : [
          {
            kind: 'figure',
            svg: importanceBars('Share of the variation in rank', importance),
            caption:
              'How much of the variation in rank each setting accounts for alone: by Spearman’s correlation for a range, by the means of its groups for choices. A hint where to look, not a test; settings that matter only together do not show.',
          },
        ]
  return htmlReport({
    title: 'Search of settings',
    subtitle: 'Chosen by validation loss alone',
    sections: [
      { title: 'The search', blocks: [{ kind: 'facts', facts }] },
      ...(figures.length > 0 ? [{ title: 'Settings', blocks: [...figures, ...bars] }] : []),
      { title: 'Trials', blocks: [{ kind: 'table', table }] },
    ],
    footer: `Limbic ${version}`,
  })
}

function coordinateOf(title: string, axis: Space[string]): Coordinate {
  if (Array.isArray(axis)) return { kind: 'names', title, names: axis.map(String) }
  const { min, max, scale } = axis
  return { kind: 'numbers', title, domain: [min, max], log: scale === 'log' }
}

/** Choices are names, whatever their type. */
const plain = (value: string | number | boolean | undefined): string | number =>
  typeof value === 'number' ? value : String(value ?? '')
