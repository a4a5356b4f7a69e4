/** Tables in the style of the reports, which can be saved. */
import { renderTable, type TableFormat } from '../../../report/tables/render.js'
import type { Table } from '../../../report/tables/table.js'
import { texts } from '../texts.js'
import { download } from './download.js'

const extensions = { csv: 'csv', markdown: 'md', latex: 'tex' } as const satisfies Partial<
  Record<TableFormat, string>
>

/** @param name the file name for saving; without it, the table cannot be saved */
export function TableView({ table, name }: { readonly table: Table; readonly name?: string }) {
  return (
    <>
      {/* The report's own writer has escaped all text. */}
      <section
        class="wide"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={table.caption ?? name ?? texts.export}
        dangerouslySetInnerHTML={{ __html: renderTable(table, 'html') }}
      />
      {name !== undefined && <TableExport table={table} name={name} />}
    </>
  )
}

export function TableExport({ table, name }: { readonly table: Table; readonly name: string }) {
  return (
    <p class="export">
      {texts.export}{' '}
      {(['csv', 'markdown', 'latex'] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="link"
          onClick={() => download(renderTable(table, format), `${name}.${extensions[format]}`)}
        >
          {texts.formats[format]}
        </button>
      ))}
    </p>
  )
}
