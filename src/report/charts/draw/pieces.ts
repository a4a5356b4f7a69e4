/** The pieces of a chart: SVG with its bounding box. */
import { escapeHtml } from '../../../base/text/html.js'
import { fitted, textWidth } from '../style/text-width.js'
import { ink } from '../style/theme.js'

/** The sides of a rectangle in pixels; y grows downwards. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A part of a picture. */
export interface Piece {
  readonly svg: string
  readonly box: Box
}

type Attributes = Readonly<Record<string, string | number | undefined>>

/** An element with those attributes that have a value. */
export function element(name: string, attributes: Attributes, content = ''): string {
  let given = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value === undefined) continue
    given += ` ${key}="${typeof value === 'number' ? pixels(value) : escapeHtml(value)}"`
  }
  return content === '' ? `<${name}${given}/>` : `<${name}${given}>${content}</${name}>`
}

/** Two decimals: finer differences are invisible. */
function pixels(value: number): string {
  return String(Math.round(value * 100) / 100 + 0)
}

/** Joins pieces, in a group element if there are attributes. */
export function together(pieces: readonly Piece[], attributes?: Attributes): Piece {
  const content = pieces.map(({ svg }) => svg).join('')
  return {
    svg: attributes ? element('g', attributes, content) : content,
    box: boxAround(pieces.map(({ box }) => box)),
  }
}

/** Moves a piece right and down, to whole pixels: edges stay sharp and touching cells show no seam. */
export function moved({ svg, box }: Piece, right: number, down: number): Piece {
  const [x, y] = [Math.round(right), Math.round(down)]
  return {
    svg: element('g', { transform: `translate(${x},${y})` }, svg),
    box: { left: box.left + x, right: box.right + x, top: box.top + y, bottom: box.bottom + y },
  }
}

function boxAround(boxes: readonly Box[]): Box {
  const around = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  }
  for (const { left, top, right, bottom } of boxes) {
    if (left < around.left) around.left = left
    if (top < around.top) around.top = top
    if (right > around.right) around.right = right
    if (bottom > around.bottom) around.bottom = bottom
  }
  return around
}

/** A filled rectangle; `description` is read out. */
export function rectangle(
  { left, top, right, bottom }: Box,
  {
    fill,
    opacity,
    description,
  }: { readonly fill: string; readonly opacity?: number; readonly description?: string },
): Piece {
  const svg = element('rect', {
    ...(description !== undefined && { 'aria-label': description, role: 'graphics-symbol' }),
    ...{ x: left, y: top, width: right - left, height: bottom - top },
    ...{ fill, opacity },
  })
  return { svg, box: { left, top, right, bottom } }
}

export interface TextStyle {
  /** In pixels. */
  readonly size: number
  readonly weight?: number
  /** The anchor of the text; default: its start. */
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Degrees, clockwise. */
  readonly angle?: number
  /** The width in pixels beyond which it is truncated. */
  readonly limit?: number
  /** Default: the page's text colour. */
  readonly fill?: string
  /** A different text for screen readers. */
  readonly description?: string
}

/** How far letters reach above and below the baseline, as a share of the font size. */
const ascent = 0.85
const descent = 0.2

/** How far the baseline lies below the middle of a line, in pixels. */
export function toMiddle(size: number): number {
  return Math.round(0.3 * size)
}

/** A line of text with its baseline at `y`; rotation is around its anchor. */
export function label(text: string, x: number, y: number, style: TextStyle): Piece {
  const { size, weight, anchor = 'start', angle = 0, limit, fill, description } = style
  const shown = limit === undefined ? text : fitted(text, size, limit)
  const width = textWidth(shown, size)
  const before = { start: 0, middle: width / 2, end: width }[anchor]
  const svg = element(
    'text',
    {
      ...(description !== undefined && { 'aria-label': description, role: 'graphics-symbol' }),
      ...(angle === 0
        ? { x, y }
        : { transform: `translate(${pixels(x)},${pixels(y)}) rotate(${pixels(angle)})` }),
      ...{ 'font-size': size, 'font-weight': weight },
      ...(anchor !== 'start' && { 'text-anchor': anchor }),
      fill: fill ?? ink,
    },
    escapeHtml(shown),
  )
  const flat = { left: -before, right: width - before, top: -ascent * size, bottom: descent * size }
  const { left, right, top, bottom } = turned(flat, angle)
  return { svg, box: { left: left + x, right: right + x, top: top + y, bottom: bottom + y } }
}

/** The bounding box of a box rotated around the origin. */
function turned(box: Box, angle: number): Box {
  if (angle === 0) return box
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
  const { left, right, top, bottom } = box
  const corners = [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ] as const
  return boxAround(
    corners.map(([x, y]) => {
      const [across, down] = [x * cos - y * sin, x * sin + y * cos]
      return { left: across, right: across, top: down, bottom: down }
    }),
  )
}

/** A straight line, one pixel wide. */
export function line(from: readonly [number, number], to: readonly [number, number], opacity = 1) {
  const [x1, y1] = from
  const [x2, y2] = to
  const svg = element('line', { x1, y1, x2, y2, stroke: ink, 'stroke-opacity': opacity })
  return { svg, box: boxAround([pointOf(from), pointOf(to)]) }
}

function pointOf([x, y]: readonly [number, number]): Box {
  return { left: x, right: x, top: y, bottom: y }
}

/** Marks of one kind, with the roles of WAI-ARIA's graphics module; hidden if others say the same. */
export function marks(
  kind: 'rect' | 'text',
  pieces: readonly Piece[],
  { silent = false }: { readonly silent?: boolean } = {},
): Piece {
  return together(pieces, {
    class: `mark-${kind} role-mark`,
    ...(silent ? { 'aria-hidden': 'true' } : { role: 'graphics-object' }),
  })
}
