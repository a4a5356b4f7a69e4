/** Escapes untrusted text for CSV. */
import { oneLine } from './clean.js'

/**
 * Characters that make a spreadsheet read a cell as a formula, including their full-width forms.
 */
const formula = /^[=+\-@＝＋－＠]/
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * A text as a CSV field (RFC 4180), on one line. A text that a spreadsheet would run as a formula
 * gets a leading apostrophe, which makes it text; plain numbers stay numbers.
 */
export function csvField(text: string): string {
  const line = oneLine(text).trim()
  const safe = formula.test(line) && !number.test(line) ? `'${line}` : line
  // Spreadsheets in some locales separate fields by semicolons.
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
