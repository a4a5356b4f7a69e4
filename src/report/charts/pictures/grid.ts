/** Pictures in rows and columns, with names on both sides and legends below. */
import { namesBelow, namesLeft, titleBelow } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { colourOf, gradientOf, horizontalLegend } from '../draw/colours.js'
import { cursorOf } from '../draw/cursor.js'
import { label, moved, type Piece, rectangle, together } from '../draw/pieces.js'
import { type Pixels, picture } from '../draw/pixels.js'
import { legends } from '../style/theme.js'
import { selectedColour } from './overlays.js'

/** What is drawn at one place: pictures on top of each other, or one colour by a number. */
export type GridCell =
  | { readonly pictures: readonly Pixels[]; readonly description: string }
  | { readonly attention: number; readonly description: string }

export interface GridRow {
  readonly name: string
  /** In pixels. */
  readonly height: number
  /** Undefined: a gap. */
  readonly cells: readonly (GridCell | undefined)[]
  /** Whether there is more room above it. */
  readonly begins?: boolean
}

export interface PictureGrid {
  readonly title: string
  readonly subtitle?: string
  readonly rows: readonly GridRow[]
  /** May have several lines. */
  readonly columns: readonly string[]
  readonly columnTitle?: string
  /** In pixels. */
  readonly width: number
  readonly gap: number
  /** The seconds of all columns, if they lie in time. */
  readonly duration?: number
  /** The attention of the last colour, in multiples of an even share; absent without attention. */
  readonly most?: number
  /** Whether positions are shown as selected, and what their colour says. */
  readonly selected?: string
}

const rowGap = 3
const groupGap = 12
const legendGap = 16

/** Pictures in a grid as SVG. */
export function pictureGrid(grid: PictureGrid): string {
  const { title, subtitle, rows, columns, columnTitle, width, gap, duration, most } = grid
  const legend = {
    ...{ scheme: 'viridis' as const, domain: [0, most ?? 1] as const, id: 'chart-1' },
    title: 'Attention, in multiples of an even share',
  }
  const colour = colourOf(legend)
  let bottom = 0
  const drawn: Piece[] = []
  const names: { at: number; name: string }[] = []
  for (const { name, height, cells, begins } of rows) {
    const top = bottom + (drawn.length === 0 ? 0 : begins ? groupGap : rowGap)
    const shown = cells.flatMap((cell, at) =>
      cell ? cellOf(cell, at * (width + gap), { width, height }, colour) : [],
    )
    if (shown.length > 0) drawn.push(moved(together(shown), 0, top))
    names.push({ at: top + height / 2, name })
    bottom = top + height
  }
  const right = columns.length * (width + gap) - gap
  const below = namesBelow(
    columns.map((name, at) => ({ at: at * (width + gap) + width / 2, name })),
  )
  const underneath = together([
    below,
    ...(columnTitle === undefined ? [] : [titleBelow(columnTitle, right / 2, below.box.bottom)]),
  ])
  const drawing = together([
    ...drawn,
    namesLeft(names),
    moved(underneath, 0, bottom),
    ...(duration === undefined ? [] : [cursorOf({ width: right + gap, bottom, duration })]),
    ...legendsBelow(grid, bottom + underneath.box.bottom + legendGap, legend),
  ])
  return chartOf({ title, ...(subtitle !== undefined && { subtitle }) }, drawing, [
    ...(most === undefined ? [] : [gradientOf(legend, 'right')]),
  ])
}

function cellOf(
  cell: GridCell,
  left: number,
  { width, height }: { readonly width: number; readonly height: number },
  colour: (value: number) => string,
): Piece[] {
  const box = { left, right: left + width, top: 0, bottom: height }
  const { description } = cell
  if ('attention' in cell) return [rectangle(box, { fill: colour(cell.attention), description })]
  return cell.pictures.map((pixels, at) => picture(pixels, box, at === 0 ? description : undefined))
}

function legendsBelow(
  { most, selected }: PictureGrid,
  top: number,
  legend: Parameters<typeof horizontalLegend>[0],
): Piece[] {
  const side = 10
  const swatch =
    selected === undefined
      ? []
      : [
          rectangle({ left: 0, right: side, top, bottom: top + side }, { fill: selectedColour }),
          label(selected, side + 5, top + side - 1, { size: legends.labelSize }),
        ]
  const next = top + (swatch.length > 0 ? side + 12 : 0)
  return [...swatch, ...(most === undefined ? [] : [moved(horizontalLegend(legend), 0, next)])]
}
