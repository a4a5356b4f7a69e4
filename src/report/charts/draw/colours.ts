/** Colours for numbers, and their legends. */
import { format } from 'd3-format'
import { scaleLinear, scaleSequential } from 'd3-scale'
import { interpolateCividis, interpolateViridis } from 'd3-scale-chromatic'
import { titleLines } from '../style/names.js'
import { legends } from '../style/theme.js'
import { element, label, type Piece, rectangle, together, toMiddle } from './pieces.js'

/**
 * From blue through light grey to orange: safe for colour blindness, and suggests neither bad nor
 * good. Vega's "blueorange".
 */
const blueOrange = [
  ...['#134b85', '#2f78b3', '#5da2cb', '#9dcae1', '#d2e5ef', '#f2f0eb'],
  ...['#fce0ba', '#fbbf74', '#e8932f', '#c5690d', '#994a07'],
]

/**
 * Colours by a number from 0 to 1. Viridis and cividis are perceptually uniform, and legible in
 * black and white.
 */
const schemes = {
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  blueOrange: scaleLinear<string>()
    .domain(blueOrange.map((_, place) => place / (blueOrange.length - 1)))
    .range(blueOrange),
}

/** Maps numbers of a domain to colours; numbers outside get the colours of its ends. */
export interface Colours {
  readonly scheme: keyof typeof schemes
  readonly domain: readonly [low: number, high: number]
}

export function colourOf({ scheme, domain }: Colours): (value: number) => string {
  return scaleSequential(schemes[scheme]).domain(domain).clamp(true)
}

const shades = 256

/**
 * The bytes of red, green and blue for a share from 0 to 1, in 256 steps; shares outside get the
 * colours of the ends.
 */
export function paletteOf(scheme: Colours['scheme']): (share: number) => readonly number[] {
  const colour = colourOf({ scheme, domain: [0, shades - 1] })
  const table = Array.from({ length: shades }, (_, shade) => bytesOf(colour(shade)))
  return (share) => {
    const shade = Math.round(Math.min(Math.max(share, 0), 1) * (shades - 1))
    return table[shade] ?? [0, 0, 0]
  }
}

/** Red, green and blue of a colour as the schemes write it: `#rrggbb` or `rgb(r, g, b)`. */
function bytesOf(colour: string): number[] {
  const digits = /^#(..)(..)(..)$/.exec(colour)
  if (digits) return digits.slice(1).map((pair) => Number.parseInt(pair, 16))
  return (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number)
}

export interface Legend extends Colours {
  readonly title: string
  /** The gradient's id in the picture. */
  readonly id: string
}

const horizontal = { length: 160, thickness: 10, ticks: 4 }
const vertical = { thickness: 12, tickEvery: 28 }
/** The gap from the title to the gradient, and the line height. */
const below = 7
const leading = 13

/** The title of a legend from y = 0 downwards, and the start of the gradient. */
function headOf(title: string): { readonly pieces: readonly Piece[]; readonly bottom: number } {
  const { titleSize: size, titleWeight: weight } = legends
  const lines = titleLines(title)
  const pieces = lines.map((text, at) => label(text, 0, 9 + at * leading, { size, weight }))
  return { pieces, bottom: 9 + (lines.length - 1) * leading + below }
}

/** A legend from left to right: its title, the colours, their numbers. */
export function horizontalLegend(legend: Legend): Piece {
  const { length, thickness, ticks } = horizontal
  const { pieces, bottom } = headOf(legend.title)
  const place = scaleLinear().domain(legend.domain).range([0, length])
  const values = place.ticks(ticks)
  const write = writing(values)
  const size = legends.labelSize
  return together(
    [
      ...pieces,
      rectangle(
        { left: 0, right: length, top: bottom, bottom: bottom + thickness },
        { fill: `url(#${legend.id})` },
      ),
      ...values.map((value) => {
        const x = place(value)
        const anchor = x <= 0 ? 'start' : x >= length ? 'end' : 'middle'
        return label(write(value), x, bottom + thickness + size, { size, anchor })
      }),
    ],
    roleOf(legend),
  )
}

/** A legend from bottom to top, of a height in pixels, with numbers in a format of d3-format. */
export function verticalLegend(legend: Legend, length: number, numbers: string): Piece {
  const { thickness, tickEvery } = vertical
  const { pieces, bottom } = headOf(legend.title)
  const place = scaleLinear()
    .domain(legend.domain)
    .range([bottom + length, bottom])
  const values = place.ticks(Math.max(2, Math.round(length / tickEvery)))
  const write = format(numbers)
  const size = legends.labelSize
  return together(
    [
      ...pieces,
      rectangle(
        { left: 0, right: thickness, top: bottom, bottom: bottom + length },
        { fill: `url(#${legend.id})` },
      ),
      ...values.map((value) =>
        label(write(value), thickness + 4, place(value) + toMiddle(size), { size }),
      ),
    ],
    roleOf(legend),
  )
}

/** Enough digits to distinguish the values, but at most two if two suffice. */
function writing(values: readonly number[]): (value: number) => string {
  const [first = 0, second = first + 1] = values
  const digits = Math.max(2, Math.ceil(-Math.log10(Math.abs(second - first) || 1)))
  return format(`.${digits}~f`)
}

function roleOf({ title, domain: [low, high] }: Legend) {
  const ends = `${format('.3~g')(low)} to ${format('.3~g')(high)}`
  const name = `Colours of ${titleLines(title).join(' ')}, ${ends}`
  return { class: 'role-legend', role: 'graphics-object', 'aria-label': name }
}

/** The number of colours that makes a gradient look smooth. */
const stops = 16

/** The gradient that fills a legend, to be placed in the `defs` of its chart. */
export function gradientOf({ id, scheme }: Legend, direction: 'right' | 'up'): string {
  const colour = schemes[scheme]
  const ends =
    direction === 'right' ? { x1: 0, x2: 1, y1: 0, y2: 0 } : { x1: 0, x2: 0, y1: 1, y2: 0 }
  const content = Array.from({ length: stops + 1 }, (_, stop) =>
    element('stop', { offset: String(stop / stops), 'stop-color': colour(stop / stops) }),
  )
  return element('linearGradient', { id, ...ends }, content.join(''))
}
