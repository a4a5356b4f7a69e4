/** A whole chart: a drawing with a title above it, as an SVG element. */
import { titleLines } from '../style/names.js'
import { font, titles } from '../style/theme.js'
import { element, label, moved, type Piece, together } from './pieces.js'

/** The margin around a chart, in pixels. */
const margin = 5
/** The line height of a title. */
const leading = 17

/** The title and lines below it, from x = 0 and upwards from y = 0. */
function titleBlock(title: string, subtitle?: string): Piece {
  const { size, weight, subtitleSize, subtitlePadding } = titles
  const lines = titleLines(title)
  const under = subtitle === undefined ? [] : titleLines(subtitle)
  const firstUnder = (lines.length - 1) * leading + subtitlePadding + subtitleSize
  const block = together([
    ...lines.map((text, at) => label(text, 0, at * leading, { size, weight })),
    ...under.map((text, at) =>
      label(text, 0, firstUnder + at * (subtitleSize + 2), { size: subtitleSize }),
    ),
  ])
  return moved(block, 0, -block.box.bottom)
}

/**
 * A drawing and its title as one SVG element, as large as its contents. It takes the text colour of
 * the surrounding page (`currentColor`); screen readers read its names and numbers.
 *
 * @param drawing its left edge is x = 0, where the title starts
 * @param defs the definitions that the drawing refers to by id
 */
export function chartOf(
  { title, subtitle }: { readonly title: string; readonly subtitle?: string },
  drawing: Piece,
  defs: readonly string[] = [],
): string {
  const above = moved(titleBlock(title, subtitle), 0, drawing.box.top - titles.offset)
  const whole = together([above, drawing])
  const { left, top } = whole.box
  const { svg, box } = moved(whole, Math.ceil(margin - left), Math.ceil(margin - top))
  const width = Math.ceil(box.right) + margin
  const height = Math.ceil(box.bottom) + margin
  return element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', class: 'marks' },
      ...{ width, height, viewBox: `0 0 ${width} ${height}`, 'font-family': font },
      ...{ role: 'graphics-document', 'aria-label': titleLines(title).join(' ') },
    },
    svg + (defs.length > 0 ? element('defs', {}, defs.join('')) : ''),
  )
}
