import { type Table, toText } from './table.js'

/**
 * A table for a terminal: columns aligned with spaces, a line under the headers, strong cells with a
 * star, or with a bullet where cells have marks of their own, which a line below explains.
 */
export function renderText(table: Table): string {
  const { caption, columns, rows, notes } = toText(table)
  const anyStrong = columns.map((_, index) => rows.some((row) => row[index]?.strong))
  const longestMark = columns.map((_, index) =>
    Math.max(0, ...rows.map((row) => row[index]?.mark.length ?? 0)),
  )
  const star = longestMark.some((length) => length > 0) ? '•' : '*'
  const lines = rows.map((row) =>
    row.map(({ text, strong, mark }, index) => {
      const marked = anyStrong[index] ? `${text}${strong ? star : ' '}` : text
      return marked + mark.padEnd(longestMark[index] ?? 0)
    }),
  )
  const widths = columns.map(({ header }, index) =>
    Math.max(width(header), ...lines.map((line) => width(line[index] ?? ''))),
  )
  const join = (cells: readonly string[]) =>
    cells
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd()
  return [
    ...(caption === undefined ? [] : [caption, '']),
    join(columns.map(({ header }) => header)),
    widths.map((length) => '─'.repeat(length)).join('  '),
    ...lines.map(join),
    ...(notes.length === 0 && !anyStrong.includes(true) ? [] : ['']),
    ...(anyStrong.includes(true) ? [`${star} the best of its column`] : []),
    ...notes.map(({ letter, text }) => `(${letter}) ${text}`),
    '',
  ].join('\n')
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** How many places a terminal gives to a text: one a visible character, two for the wide ones of East Asia and emoji. */
function width(text: string): number {
  let places = 0
  for (const { segment } of graphemes.segment(text)) {
    places +=
      /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u.test(
        segment,
      )
        ? 2
        : 1
  }
  return places
}

function pad(text: string, length: number, align: 'left' | 'right' | 'center'): string {
  const space = length - width(text)
  const before = align === 'right' ? space : align === 'center' ? Math.floor(space / 2) : 0
  return ' '.repeat(before) + text + ' '.repeat(space - before)
}
