/** Tables for LaTeX. */
import { escapeLatex } from '../../base/text/latex.js'
import { type Table, type TextPart, toText } from './table.js'

const letters = { left: 'l', right: 'r', center: 'c' } as const

/** A table for LaTeX with the package booktabs (`\usepackage{booktabs}`). */
export function renderLatex(table: Table): string {
  const { caption, columns, rows, notes } = toText(table)
  // The `\\` before a row would take a leading bracket or star as its option.
  const line = (cells: readonly string[]) =>
    `    ${cells.join(' & ').replace(/^[[*]/, '{$&}')} \\\\`
  return [
    '\\begin{table}',
    '  \\centering',
    ...(caption === undefined ? [] : [`  \\caption{${escapeLatex(caption)}}`]),
    `  \\begin{tabular}{${columns.map(({ align }) => letters[align]).join('')}}`,
    '    \\toprule',
    line(columns.map(({ header }) => escapeLatex(header))),
    '    \\midrule',
    ...rows.map((row) => line(row.map((cell) => cell.map(partText).join(' / ')))),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...notes.map(
      ({ letter, text }) => `  \\par\\smallskip\\footnotesize (${letter}) ${escapeLatex(text)}`,
    ),
    '\\end{table}',
    '',
  ].join('\n')
}

function partText({ text, strong, mark }: TextPart): string {
  const escaped = escapeLatex(text).replace(/^-(?=[\d$])/, '$-$')
  const shown = strong && escaped ? `\\textbf{${escaped}}` : escaped
  return mark === '' ? shown : `${shown}\\textsuperscript{${escapeLatex(mark)}}`
}
