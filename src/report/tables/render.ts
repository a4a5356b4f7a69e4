/** Tables in every format. */
import { renderCsv } from './csv.js'
import { renderHtml } from './html.js'
import { renderLatex } from './latex.js'
import { renderMarkdown } from './markdown.js'
import type { Table } from './table.js'
import { renderText } from './text.js'

const renderers = {
  text: (table: Table) => renderText(table),
  markdown: renderMarkdown,
  csv: renderCsv,
  latex: renderLatex,
  html: renderHtml,
} as const satisfies Record<string, (table: Table) => string>

export type TableFormat = keyof typeof renderers

/** The formats that a table can be rendered in. */
export const tableFormats = Object.keys(renderers) as readonly TableFormat[]

/** Renders a table in the format of that name. */
export function renderTable(table: Table, format: TableFormat): string {
  return renderers[format](table)
}
