/** Tables in HTML. */
import { escapeHtml } from '../../base/text/html.js'
import { type Table, type TextPart, toText } from './table.js'

/** A table as an HTML element; the first cell of a row is its header. Alignment is in the classes `left`, `right` and `center`. */
export function renderHtml(table: Table): string {
  const { caption, columns, rows, notes } = toText(table)
  const head = columns.map(
    ({ header, align }) => `<th scope="col" class="${align}">${escapeHtml(header)}</th>`,
  )
  const body = rows.map((row) => {
    const cells = row.map((cell, index) => {
      const escaped = cell.map(partText).join(' / ')
      const align = columns[index]?.align ?? 'left'
      return index === 0
        ? `<th scope="row" class="${align}">${escaped}</th>`
        : `<td class="${align}">${escaped}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return [
    '<table>',
    ...(caption === undefined ? [] : [`<caption>${escapeHtml(caption)}</caption>`]),
    `<thead><tr>${head.join('')}</tr></thead>`,
    '<tbody>',
    ...body,
    '</tbody>',
    ...(notes.length === 0
      ? []
      : [
          `<tfoot><tr><td colspan="${columns.length}" class="left">`,
          ...notes.map(({ letter, text }) => `<p>(${letter}) ${escapeHtml(text)}</p>`),
          '</td></tr></tfoot>',
        ]),
    '</table>',
  ].join('\n')
}

function partText({ text, strong, mark }: TextPart): string {
  const plain = strong ? `<strong>${escapeHtml(text)}</strong>` : escapeHtml(text)
  return mark === '' ? plain : `${plain}<sup>${escapeHtml(mark)}</sup>`
}
