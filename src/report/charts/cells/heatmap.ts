/** A heatmap with a colour scale, the basis of masks and confusion matrices. */

import { format } from 'd3-format'
import { LimbicError } from '../../../base/errors.js'
import { largest, smallest } from '../../../base/numbers.js'
import { namesBelow, namesLeft, titleBelow, titleLeft } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { colourOf, gradientOf, verticalLegend } from '../draw/colours.js'
import { label, marks, moved, type Piece, rectangle, together, toMiddle } from '../draw/pieces.js'
import { chartName } from '../style/names.js'

/** Numbers in rows and columns, drawn as colours. */
export interface Heatmap {
  readonly title: string
  readonly subtitle?: string
  readonly rowTitle: string
  /** Names may have several lines. */
  readonly rows: readonly string[]
  readonly columnTitle: string
  readonly columns: readonly string[]
  /** `values[row][column]`; NaN is drawn as a gap. */
  readonly values: readonly (readonly number[])[]
  readonly legendTitle: string
  /** The values at the two ends of the colours; default: the smallest and the largest value. */
  readonly domain?: readonly [number, number]
  /** How to write the numbers (d3-format). */
  readonly format: string
  /** Whether to write each number into its cell. */
  readonly numbers: boolean
  /** The size of a cell; default: large enough for a number. */
  readonly cell?: { readonly width: number; readonly height: number }
  /** The columns whose names are written; default: all. */
  readonly namedColumns?: readonly number[]
}

/** With more rows than this, rows become thinner, so that the chart stays on a page. */
const roomyRows = 20

/** The gap between the cells and the legend, in pixels. */
const legendOffset = 18

/**
 * A heatmap as SVG. The colours are viridis: perceptually uniform, and legible to the colour-blind
 * and in black and white.
 *
 * @throws LimbicError if the values do not fit the rows and columns
 */
export function heatmap(map: Heatmap): string {
  checkValues(map)
  const { rows, columns, title, subtitle } = map
  const width = map.cell?.width ?? 56
  const height = map.cell?.height ?? (rows.length > roomyRows ? 15 : 26)
  const present = map.values.flatMap((row) => row.filter((value) => !Number.isNaN(value)))
  const [low, high] = map.domain ?? [smallest(present), largest(present)]
  const scheme = { scheme: 'viridis', domain: [low, high] } as const
  const legend = { ...scheme, title: map.legendTitle, id: 'chart-1' }
  const right = columns.length * width
  const bottom = rows.length * height
  const gradient = Math.max(90, Math.min(200, bottom))
  const drawing = together([
    cellsOf(map, { width, height }, colourOf(scheme)),
    // Viridis is light above about two thirds.
    ...(map.numbers ? [writtenNumbers(map, { width, height }, low + 0.62 * (high - low))] : []),
    ...sidesOf(map, { width, height }),
    moved(verticalLegend(legend, gradient, map.format), right + legendOffset, 0),
  ])
  return chartOf({ title, ...(subtitle !== undefined && { subtitle }) }, drawing, [
    gradientOf(legend, 'up'),
  ])
}

interface CellSize {
  readonly width: number
  readonly height: number
}

/** The cells that have a value, row by row. */
function cellsOf(
  { values }: Heatmap,
  { width, height }: CellSize,
  colour: (value: number) => string,
): Piece {
  const cells = values.flatMap((row, at) =>
    row.flatMap((value, column) => {
      if (Number.isNaN(value)) return []
      const [left, top] = [column * width, at * height]
      const box = { left, top, right: left + width, bottom: top + height }
      return rectangle(box, { fill: colour(value) })
    }),
  )
  return marks('rect', cells, { silent: true })
}

/** The names of rows and columns, and the titles of the axes. */
function sidesOf(map: Heatmap, { width, height }: CellSize): Piece[] {
  const { rows, columns, namedColumns } = map
  const [right, bottom] = [columns.length * width, rows.length * height]
  const named = namedColumns ?? columns.map((_, column) => column)
  const below = namesBelow(
    named.map((column) => ({
      at: (column + 0.5) * width,
      name: columns[column] ?? '',
    })),
  )
  const left = namesLeft(rows.map((name, row) => ({ at: (row + 0.5) * height, name })))
  return [
    moved(together([below, titleBelow(map.columnTitle, right / 2, below.box.bottom)]), 0, bottom),
    left,
    titleLeft(map.rowTitle, left.box.left, bottom / 2),
  ]
}

/** The number of each cell, in black or white for contrast; cells above `light` are light. */
function writtenNumbers(
  { rows, columns, values, format: numbers }: Heatmap,
  { width, height }: CellSize,
  light: number,
): Piece {
  const write = format(numbers)
  const size = height > 20 ? 11 : 10
  const texts = values.flatMap((row, at) =>
    row.flatMap((value, column) => {
      if (Number.isNaN(value)) return []
      const [x, y] = [(column + 0.5) * width, (at + 0.5) * height + toMiddle(size)]
      const description = `${chartName(rows[at] ?? '')}, ${chartName(columns[column] ?? '')}`
      const fill = value > light ? '#111' : '#fff'
      return label(write(value), x, y, { size, anchor: 'middle', fill, description })
    }),
  )
  return marks('text', texts)
}

function checkValues({ title, rows, columns, values }: Heatmap): void {
  const refuse = (what: string, expected: string, got: string) => {
    throw new LimbicError(what, { where: title, expected, got })
  }
  if (rows.length === 0 || columns.length === 0) {
    refuse(
      'nothing to draw',
      'at least one row and one column',
      `${rows.length} x ${columns.length}`,
    )
  }
  if (values.length !== rows.length) {
    refuse(
      'the number of rows differs from the number of row names',
      `${rows.length} rows`,
      `${values.length}`,
    )
  }
  values.forEach((row, index) => {
    if (row.length !== columns.length) {
      refuse(
        `row ${index} has the wrong number of columns`,
        `${columns.length} values`,
        `${row.length}`,
      )
    }
  })
  if (values.every((row) => row.every(Number.isNaN))) refuse('nothing to draw', 'a number', 'none')
}
