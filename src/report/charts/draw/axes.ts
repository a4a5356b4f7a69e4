/** Names and numbers along the sides of a chart. */
import { chartName, titleLines } from '../style/names.js'
import { textWidth } from '../style/text-width.js'
import { axes } from '../style/theme.js'
import { label, line, type Piece, together, toMiddle } from './pieces.js'

/** A name and its position along an axis, in pixels. */
export interface Place {
  readonly at: number
  /** May have several lines. */
  readonly name: string
}

const leading = 13

/** Names under a chart, from y = 0 downwards, centred at their positions. */
export function namesBelow(places: readonly Place[]): Piece {
  const size = axes.labelSize
  const lines = places.map(({ at, name }) => ({ at, lines: name.split('\n').map(chartName) }))
  const kept = apart(lines, ({ at, lines: texts }) => {
    const half = Math.max(...texts.map((text) => textWidth(text, size))) / 2
    return [at - half, at + half]
  })
  return together(
    kept.flatMap(({ at, lines: texts }) =>
      texts.map((text, index) =>
        label(text, at, axes.labelPadding + 9 + index * leading, {
          ...{ size, anchor: 'middle', limit: axes.labelLimit },
        }),
      ),
    ),
    silent,
  )
}

interface NamesStyle {
  /** In pixels. */
  readonly size: number
  /** The gap between the chart and the names. */
  readonly padding: number
  /** The width in pixels beyond which a name is truncated. */
  readonly limit: number
}

/** Names left of a chart, up to x = 0, centred at their positions. */
export function namesLeft(places: readonly Place[], style: Partial<NamesStyle> = {}): Piece {
  const { size = axes.labelSize, padding = axes.labelPadding, limit = axes.labelLimit } = style
  const lines = places.map(({ at, name }) => ({ at, lines: name.split('\n').map(chartName) }))
  const kept = apart(lines, ({ at, lines: texts }) => {
    const half = (size + (texts.length - 1) * leading) / 2
    return [at - half, at + half]
  })
  return together(
    kept.flatMap(({ at, lines: texts }) =>
      texts.map((text, index) => {
        const y = at + toMiddle(size) + (index - (texts.length - 1) / 2) * leading
        return label(text, -padding, y, { size, anchor: 'end', limit })
      }),
    ),
    silent,
  )
}

/** Slanted names under a chart, for many side by side. */
export function namesLeaning(
  places: readonly Place[],
  { size, padding, limit }: NamesStyle,
): Piece {
  const angle = -60
  const kept = apart(places, ({ at }) => [at - size / 2, at + size / 2])
  return together(
    kept.map(({ at, name }) => {
      const x = at + toMiddle(size) * Math.sin(Math.PI / 3)
      return label(chartName(name), x, padding + 2, { size, anchor: 'end', angle, limit })
    }),
    silent,
  )
}

/** Drops every second item until none overlaps its neighbour. */
function apart<Item>(
  items: readonly Item[],
  extent: (item: Item) => readonly [from: number, to: number],
): readonly Item[] {
  const overlap = items.some((item, place) => {
    const next = items[place + 1]
    return next !== undefined && extent(next)[0] < extent(item)[1]
  })
  return overlap
    ? apart(
        items.filter((_, place) => place % 2 === 0),
        extent,
      )
    : items
}

/** An axis of numbers under a chart: its line from 0 to `width` at y = 0, numbers, and a title. */
export function numbersBelow(places: readonly Place[], width: number, title: string): Piece {
  const names = namesBelow(places)
  return together([
    line([0, 0.5], [width, 0.5], axes.domainOpacity),
    names,
    titleBelow(title, width / 2, places.length > 0 ? names.box.bottom : 0),
  ])
}

/** The title of an axis, centred at `x`, below `bottom`. */
export function titleBelow(title: string, x: number, bottom: number): Piece {
  const { titleSize: size, titleWeight: weight, titlePadding } = axes
  return together(
    titleLines(title).map((text, at) =>
      label(text, x, bottom + titlePadding + 9 + at * (size + 2), {
        size,
        weight,
        anchor: 'middle',
      }),
    ),
  )
}

/** The title of an axis left of `left`, written upwards, centred at `y`. */
export function titleLeft(title: string, left: number, y: number): Piece {
  const { titleSize: size, titleWeight: weight, titlePadding } = axes
  const lines = titleLines(title)
  return together(
    lines.map((text, at) => {
      const x = left - titlePadding - 2 - (lines.length - 1 - at) * (size + 2)
      return label(text, x, y, { size, weight, anchor: 'middle', angle: -90 })
    }),
  )
}

/** Names that the marks repeat for screen readers. */
const silent = { 'aria-hidden': 'true' } as const
