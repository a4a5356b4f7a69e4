/** Escapes untrusted text for LaTeX. */
import { oneLine } from './clean.js'

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  // \textquotedbl does not exist in LaTeX's default encoding.
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

/** A text that LaTeX prints literally, on one line. */
export function escapeLatex(text: string): string {
  return oneLine(text)
    .trim()
    .replace(/[\\~^<>|"`±×≥≤∞→↑↓−]|[&%$#_{}]/g, (sign) => commands[sign] ?? `\\${sign}`)
}

/** A LaTeX comment. */
export function latexComment(text: string): string {
  return `% ${oneLine(text).trim()}`
}
