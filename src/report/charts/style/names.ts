/** Names in charts, which may be any text. */
import { oneLine, shortened } from '../../../base/text/clean.js'
import { wrap } from '../../../base/text/wrap.js'

/** The chart truncates longer names anyway. */
const longestName = 120
/** Approximately the number of letters in a title that fit the width of a chart. */
const titleWidth = 76
const mostTitleLines = 3

/** A name, made safe for charts. */
export function chartName(text: string): string {
  return distinct(shortened(oneLine(text).trim(), longestName))
}

/**
 * Vega looks texts up in plain objects, which always have "constructor" and the like. With a
 * zero-width space appended, a name reads the same and matches none of them.
 */
function distinct(text: string): string {
  return text in {} ? `${text}\u200b` : text
}

/** A title split into a few lines, however long it is. */
export function titleLines(text: string): string[] {
  const words = oneLine(text)
    .split(' ')
    .map((word) => shortened(word, titleWidth))
  const lines = wrap(words.join(' '), titleWidth)
  if (lines.length <= mostTitleLines) return lines.map(distinct)
  return [...lines.slice(0, mostTitleLines - 1), `${lines[mostTitleLines - 1]} …`]
}

/** The expression that turns a place into its name; a name with line feeds has several lines. */
export function nameAtPlace(names: readonly string[]): string {
  const lines = names.map((name) => {
    const shown = name.split('\n').map(chartName)
    return shown.length === 1 ? shown[0] : shown
  })
  return `${JSON.stringify(lines)}[datum.value]`
}
