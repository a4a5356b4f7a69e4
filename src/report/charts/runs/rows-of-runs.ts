/** The shared parts of charts with one row per group of runs. */
import { LimbicError } from '../../../base/errors.js'
import { nameAtPlace, titleLines } from '../style/names.js'
import { seriesColours } from '../style/theme.js'

/** A group's figures over seeds and folds, and the one that its document reports. */
export interface RunsRow {
  readonly name: string
  /** The figure of every run. */
  readonly values: readonly number[]
  /** The figure that the group's document reports, if any. */
  readonly reported?: number
}

/** @throws LimbicError unless every group has figures and all are finite */
export function checkFigures({ name, values }: RunsRow, where: string): void {
  if (values.length > 0 && values.every(Number.isFinite)) return
  throw new LimbicError('no figure to draw', {
    where: `${where}, ${name}`,
    expected: 'at least one finite number',
    got: `[${values.join(', ')}]`,
  })
}

/** Rows are identified by position: two groups may have the same name. */
export function namedRows(field: string, names: readonly string[]) {
  return {
    field,
    type: 'ordinal' as const,
    title: null,
    axis: {
      labelExpr: nameAtPlace(names),
      labelFontSize: 12,
      domain: false,
      aria: false,
    },
  }
}

/** The frame of a chart that gives each group a row. */
export function rowPerGroup(groups: readonly RunsRow[]) {
  const names = groups.map(({ name }) => name)
  return { width: 460, height: { step: 38 }, encoding: { y: namedRows('row', names) } }
}

/** The axis of the figures, shared by layers with different fields. */
export function figureAxis(figure: string, { zero }: { readonly zero?: boolean } = {}) {
  return (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: titleLines(figure),
    ...(zero !== undefined && { scale: { zero } }),
    axis: { tickCount: 8 },
  })
}

type FigureAxis = ReturnType<typeof figureAxis>

/** A dot for every run. */
export function runDots(groups: readonly RunsRow[], x: FigureAxis) {
  return {
    data: {
      values: groups.flatMap(({ values }, row) => values.map((value) => ({ row, value }))),
    },
    mark: {
      type: 'circle' as const,
      color: seriesColours[0],
      opacity: 0.9,
      size: 16,
      aria: false,
    },
    encoding: { x: x('value') },
  }
}

/** A layer with a diamond for every figure that a document reports, if there are any. */
export function reportedDiamonds(groups: readonly RunsRow[], x: FigureAxis) {
  const values = groups.flatMap(({ reported }, row) =>
    reported === undefined ? [] : [{ row, reported }],
  )
  if (values.length === 0) return []
  return [
    {
      data: { values },
      mark: {
        type: 'point' as const,
        shape: 'diamond',
        filled: true,
        color: seriesColours[1],
        opacity: 1,
        size: 90,
        aria: false,
      },
      encoding: { x: x('reported') },
    },
  ]
}

/** The meaning of the diamonds, for a subtitle. */
export function reportedLegend(groups: readonly RunsRow[]): string[] {
  return groups.some(({ reported }) => reported !== undefined) ? ['Diamond: published figure'] : []
}
