/** A heatmap with a colour scale, the basis of masks and confusion matrices. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../base/errors.js'
import { largest, smallest } from '../../base/numbers.js'
import { chartName, nameAtPlace, titleLines } from './names.js'
import { chartTitle, renderChart } from './render.js'

/** Numbers in rows and columns, drawn as colours. */
export interface Heatmap {
  readonly title: string
  readonly subtitle?: string
  readonly rowTitle: string
  /** Names may have several lines. */
  readonly rows: readonly string[]
  readonly columnTitle: string
  readonly columns: readonly string[]
  /** `values[row][column]`; NaN where there is none, which is drawn as a gap. */
  readonly values: readonly (readonly number[])[]
  readonly legendTitle: string
  /** The values at the two ends of the colours; the smallest and the largest value unless given. */
  readonly domain?: readonly [number, number]
  /** How to write the numbers (d3-format). */
  readonly format: string
  /** Whether to write each number into its cell. */
  readonly numbers: boolean
  /** The size of a cell; roomy enough for a number unless given. */
  readonly cell?: { readonly width: number; readonly height: number }
  /** The places of the columns whose names are written; all unless given. */
  readonly namedColumns?: readonly number[]
}

/** Beyond these many rows they become thinner, so that the whole stays on a page. */
const roomyRows = 20

/**
 * A heatmap as SVG. The colours are viridis: even in lightness, and legible to the colour-blind
 * and in black and white.
 *
 * @throws LimbicError if the values do not fit the rows and columns
 */
export function heatmap(map: Heatmap): Promise<string> {
  checkValues(map)
  const cells = map.rows.flatMap((_, row) =>
    map.columns.map((_, column) => ({
      row,
      column,
      value: map.values[row]?.[column] as number,
      description: `${chartName(map.rows[row] ?? '')}, ${chartName(map.columns[column] ?? '')}`,
    })),
  )
  const present = cells.filter(({ value }) => !Number.isNaN(value))
  const [low, high] = map.domain ?? [
    smallest(present.map(({ value }) => value)),
    largest(present.map(({ value }) => value)),
  ]
  const rowStep = map.cell?.height ?? (map.rows.length > roomyRows ? 15 : 26)
  const spec: TopLevelSpec = {
    title: chartTitle(map.title, map.subtitle),
    data: { values: present },
    width: { step: map.cell?.width ?? 56 },
    height: { step: rowStep },
    encoding: placesOf(map),
    layer: [
      {
        mark: { type: 'rect', aria: false },
        encoding: {
          color: {
            field: 'value',
            type: 'quantitative',
            title: titleLines(map.legendTitle),
            scale: { scheme: 'viridis', domain: [low, high], clamp: true },
            legend: {
              format: map.format,
              gradientLength: Math.max(90, Math.min(200, map.rows.length * rowStep)),
              gradientThickness: 12,
            },
          },
        },
      },
      // Viridis is light above about two thirds.
      ...(map.numbers ? [writtenNumbers(map.format, rowStep, low + 0.62 * (high - low))] : []),
    ],
  }
  return renderChart(spec)
}

/** Places are numbers and names their labels, because two features may have the same name. */
function placesOf({ rowTitle, rows, columnTitle, columns, namedColumns }: Heatmap) {
  return {
    x: {
      field: 'column',
      type: 'ordinal' as const,
      title: titleLines(columnTitle),
      // All places, so that those without a value keep theirs.
      scale: { domain: columns.map((_, column) => column) },
      axis: {
        labelAngle: 0,
        labelExpr: nameAtPlace(columns),
        domain: false,
        aria: false,
        ...(namedColumns && { values: [...namedColumns] }),
      },
    },
    y: {
      field: 'row',
      type: 'ordinal' as const,
      title: titleLines(rowTitle),
      scale: { domain: rows.map((_, row) => row) },
      axis: { labelExpr: nameAtPlace(rows), domain: false, labelOverlap: true, aria: false },
    },
  }
}

/** The number of each cell in a colour that its own can be told from, which is light above `light`. */
function writtenNumbers(format: string, rowStep: number, light: number) {
  return {
    mark: { type: 'text' as const, fontSize: rowStep > 20 ? 11 : 10 },
    encoding: {
      description: { field: 'description', type: 'nominal' as const },
      text: { field: 'value', type: 'quantitative' as const, format },
      color: { condition: { test: `datum.value > ${light}`, value: '#111' }, value: '#fff' },
    },
  }
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
