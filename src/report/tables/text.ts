/** Tables for a terminal. */
import { largest } from '../../base/numbers.js'
import { shortened } from '../../base/text/clean.js'
import { type Table, type TextCell, toText } from './table.js'

/** A longer cell would push the rest of its row out of sight. */
const longestCell = 120

/**
 * A table for a terminal: columns aligned with spaces, a line under the headers, and emphasised
 * cells with a star (a bullet if cells have marks of their own), explained in a line below. Very
 * long cells are cut.
 *
 * @param most rows to show; a last line counts the others
 */
export function renderText(table: Table, most = Number.POSITIVE_INFINITY): string {
  const shown = table.rows.length > most ? { ...table, rows: table.rows.slice(0, most) } : table
  const more = table.rows.length - shown.rows.length
  const { caption, columns, rows, notes } = toText(shown)
  const parts = [0, 1].map((part) => columns.map((_, place) => layoutOf(rows, place, part)))
  const layouts = parts.flat()
  const star = layouts.some(({ mark }) => mark > 0) ? '•' : '*'
  const lines = rows.map((row) =>
    row.map((cell, place) =>
      cell
        .map(({ text, strong, mark }, part) => {
          const layout = parts[part]?.[place]
          const marked = shortened(text, longestCell) + (strong ? star : layout?.strong ? ' ' : '')
          return marked + mark.padEnd(layout?.mark ?? 0)
        })
        .join(' / '),
    ),
  )
  const headers = columns.map(({ header }) => shortened(header, longestCell))
  const widths = headers.map((header, place) =>
    largest(
      lines.map((line) => width(line[place] ?? '')),
      width(header),
    ),
  )
  const join = (cells: readonly string[]) =>
    cells
      .map((cell, place) => pad(cell, widths[place] ?? 0, columns[place]?.align ?? 'left'))
      .join('  ')
      .trimEnd()
  const anyStrong = layouts.some(({ strong }) => strong)
  return [
    ...(caption === undefined ? [] : [caption, '']),
    join(headers),
    widths.map((length) => '─'.repeat(length)).join('  '),
    ...lines.map(join),
    ...(more > 0 ? [`and ${more.toLocaleString('en')} more`] : []),
    ...(notes.length === 0 && !anyStrong ? [] : ['']),
    ...(anyStrong ? [`${star} best of the column`] : []),
    ...notes.map(({ letter, text }) => `(${letter}) ${text}`),
    '',
  ].join('\n')
}

/** What a column has beside its figures: whether any is emphasised, and the longest mark. */
function layoutOf(rows: readonly (readonly TextCell[])[], place: number, part: number) {
  const own = rows.map((row) => row[place]?.[part])
  return {
    strong: own.some((one) => one?.strong),
    mark: largest(
      own.map((one) => one?.mark.length ?? 0),
      0,
    ),
  }
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The number of terminal columns of a text: one per visible character, two for wide ones (East
 * Asian, emoji).
 */
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
