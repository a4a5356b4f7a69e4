/** Tables in Markdown. */
import { escapeMarkdown } from '../../base/text/markdown.js'
import { type Table, type TextPart, toText } from './table.js'

const rules = { left: ':--', right: '--:', center: ':-:' } as const

/**
 * A table in GitHub's Markdown, with every character escaped that Markdown or HTML would interpret.
 */
export function renderMarkdown(table: Table): string {
  const { caption, columns, rows, notes } = toText(table)
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    ...(caption === undefined ? [] : [`**${escapeMarkdown(caption)}**`, '']),
    line(columns.map(({ header }) => escapeMarkdown(header))),
    line(columns.map(({ align }) => rules[align])),
    ...rows.map((row) => line(row.map((cell) => cell.map(partText).join(' / ')))),
    ...notes.flatMap(({ letter, text }) => ['', `(${letter}) ${escapeMarkdown(text)}`]),
    '',
  ].join('\n')
}

function partText({ text, strong, mark }: TextPart): string {
  const escaped = escapeMarkdown(text)
  return (strong && escaped ? `**${escaped}**` : escaped) + escapeMarkdown(mark)
}
