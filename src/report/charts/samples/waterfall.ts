/** A waterfall chart: how parts add up. */
import { scaleLinear } from 'd3-scale'
import { LimbicError } from '../../../base/errors.js'
import { largest, smallest } from '../../../base/numbers.js'
import { namesLeft, numbersBelow } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { label, line, marks, moved, rectangle, together, toMiddle } from '../draw/pieces.js'
import { chartName } from '../style/names.js'
import { axes, ink } from '../style/theme.js'

/** Orange raises and blue lowers, as in lanes of effects. */
const colours = { raises: '#d98432', lowers: '#3f7fb5' } as const

const width = 440
const rowHeight = 28
/** Half the height of a bar, and of a tick. */
const reach = { bar: 8, tick: 10 }

/**
 * A waterfall as SVG: from the initial score, part by part, to the final one. Each part is a bar
 * from the sum before it to the sum after it, with its change beside it.
 *
 * @param chart.from the initial score and its name
 * @param chart.parts what is added, in order, with each change as text
 * @param chart.to the final score: `from` plus all parts
 * @throws LimbicError if a number is not finite
 */
export function waterfall(chart: {
  readonly title: string
  readonly subtitle?: string
  /** The name of the score, for the axis. */
  readonly figure: string
  readonly from: { readonly name: string; readonly value: number; readonly label: string }
  readonly parts: readonly {
    readonly name: string
    readonly value: number
    readonly label: string
  }[]
  readonly to: { readonly name: string; readonly value: number; readonly label: string }
}): string {
  const { title, subtitle, figure, from, parts, to } = chart
  const numbers = [from, ...parts, to].map(({ value }) => value)
  if (!numbers.every(Number.isFinite)) {
    throw new LimbicError('invalid contributions', {
      where: title,
      expected: 'finite numbers',
      got: `[${numbers.join(', ')}]`,
    })
  }
  const bars = barsOf(from, parts, to)
  const ends = bars.flatMap(({ start, end }) => [start, end])
  // The axis need not include 0: small parts of a large score must stay visible.
  const x = scaleLinear()
    .domain([smallest(ends), largest(ends)])
    .nice()
    .range([0, width])
  const values = x.ticks(6)
  const write = x.tickFormat(6)
  const height = bars.length * rowHeight
  const middle = (row: number) => (row + 0.5) * rowHeight
  const bar = (row: number, one: number, other: number, up: number) => ({
    ...{ left: Math.min(one, other), right: Math.max(one, other) },
    ...{ top: middle(row) - up, bottom: middle(row) + up },
  })
  const tick = (row: number, value: number, thickness: number) =>
    bar(row, x(value) - thickness / 2, x(value) + thickness / 2, reach.tick)
  const drawing = together([
    together(
      values.map((value) => line([x(value), 0], [x(value), height], axes.gridOpacity)),
      { 'aria-hidden': 'true' },
    ),
    marks(
      'rect',
      bars.flatMap(({ row, kind, start, end, description }) =>
        kind === 'total'
          ? []
          : rectangle(bar(row, x(start), x(end), reach.bar), { fill: colours[kind], description }),
      ),
    ),
    // The sum after each row; the first and last are heavier.
    marks(
      'rect',
      bars.map(({ row, end }) => rectangle(tick(row, end, 1.5), { fill: ink, opacity: 0.7 })),
      { silent: true },
    ),
    marks(
      'rect',
      bars.flatMap(({ row, kind, end, description }) =>
        kind === 'total'
          ? rectangle(tick(row, end, 5), { fill: ink, opacity: 0.7, description })
          : [],
      ),
    ),
    marks(
      'text',
      bars.map(({ row, start, end, label: change }) =>
        label(change, Math.max(x(start), x(end)) + 7, middle(row) + toMiddle(11), { size: 11 }),
      ),
      { silent: true },
    ),
    namesLeft(
      bars.map(({ row, name }) => ({ at: middle(row), name })),
      { size: 12 },
    ),
    moved(
      numbersBelow(
        values.map((value) => ({ at: x(value), name: write(value) })),
        width,
        figure,
      ),
      0,
      height,
    ),
  ])
  return chartOf({ title, ...(subtitle !== undefined && { subtitle }) }, drawing)
}

type WaterfallChart = Parameters<typeof waterfall>[0]

function barsOf(
  from: WaterfallChart['from'],
  parts: WaterfallChart['parts'],
  to: WaterfallChart['to'],
) {
  let reached = from.value
  const steps = parts.map((part) => {
    const start = reached
    reached += part.value
    const kind = part.value < 0 ? ('lowers' as const) : ('raises' as const)
    return { ...part, kind, start, end: reached }
  })
  const total = (end: typeof from) => ({
    ...{ ...end, kind: 'total' as const },
    ...{ start: end.value, end: end.value },
  })
  return [total(from), ...steps, total(to)].map(({ name, label, kind, start, end }, row) => ({
    ...{ row, name, kind, start, end, label },
    description: `${chartName(name)}: ${label}`,
  }))
}
