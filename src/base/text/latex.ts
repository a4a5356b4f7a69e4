/** Text from outside in LaTeX. */
import { oneLine } from './clean.js'

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  // \textquotedbl does not exist in the encoding that LaTeX begins with.
  '"': '\\symbol{34}',
  '`': '\\textasciigrave{}',
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

/** A text that LaTeX prints as it is, on one line. */
export function escapeLatex(text: string): string {
  return oneLine(text)
    .trim()
    .replace(/[\\~^<>|"`±×≥≤∞→↑↓−]|[&%$#_{}]/g, (sign) => commands[sign] ?? `\\${sign}`)
}

/** A remark in a file of LaTeX that is not printed. */
export function latexComment(text: string): string {
  return `% ${oneLine(text).trim()}`
}
