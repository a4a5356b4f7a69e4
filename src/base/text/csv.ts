/** Text from outside in CSV. */
import { oneLine } from './clean.js'

/** What a spreadsheet takes for the beginning of a formula, in its full-width forms too. */
const formula = /^[=+\-@＝＋－＠]/
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * A text as a field of CSV (RFC 4180), on one line. One that a spreadsheet would run as a formula
 * has an apostrophe before it, which makes it text there; plain numbers stay numbers.
 */
export function csvField(text: string): string {
  const line = oneLine(text).trim()
  const safe = formula.test(line) && !number.test(line) ? `'${line}` : line
  // Spreadsheets of some countries divide fields by semicolons.
  return /[",;]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
