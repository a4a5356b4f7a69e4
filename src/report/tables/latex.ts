import { type Table, toText } from './table.js'

const letters = { left: 'l', right: 'r', center: 'c' } as const

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '±': '$\\pm$',
  '×': '$\\times$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  '∞': '$\\infty$',
  '→': '$\\rightarrow$',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '−': '$-$',
}

/** A table for LaTeX with the package booktabs (`\usepackage{booktabs}`). */
export function renderLatex(table: Table): string {
  const { caption, columns, rows, notes } = toText(table)
  const line = (cells: readonly string[]) => `    ${cells.join(' & ')} \\\\`
  return [
    '\\begin{table}',
    '  \\centering',
    ...(caption === undefined ? [] : [`  \\caption{${escapeLatex(caption)}}`]),
    `  \\begin{tabular}{${columns.map(({ align }) => letters[align]).join('')}}`,
    '    \\toprule',
    line(columns.map(({ header }) => escapeLatex(header))),
    '    \\midrule',
    ...rows.map((row) =>
      line(
        row.map(({ text, strong, mark }) => {
          const escaped = escapeLatex(text).replace(/^-(?=[\d$])/, '$-$')
          const shown = strong && escaped ? `\\textbf{${escaped}}` : escaped
          return mark === '' ? shown : `${shown}\\textsuperscript{${escapeLatex(mark)}}`
        }),
      ),
    ),
    '    \\bottomrule',
    '  \\end{tabular}',
    ...notes.map(
      ({ letter, text }) => `  \\par\\smallskip\\footnotesize (${letter}) ${escapeLatex(text)}`,
    ),
    '\\end{table}',
    '',
  ].join('\n')
}

function escapeLatex(text: string): string {
  return (
    text
      .replace(/[\\~^<>|"±×≥≤∞→↑↓−]|[&%$#_{}]/g, (sign) => commands[sign] ?? `\\${sign}`)
      // A row that begins with a bracket would be taken for the option of the `\\` before it.
      .replace(/^\[/, '{[}')
  )
}
