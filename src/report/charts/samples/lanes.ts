/** Lanes of per-step values on one time axis. */

import { LimbicError } from '../../../base/errors.js'
import { fixed, largest, smallest } from '../../../base/numbers.js'
import { isNumbered, laneName } from '../../lane-names.js'
import { numbersBelow } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { colourOf, gradientOf, horizontalLegend } from '../draw/colours.js'
import {
  type Box,
  label,
  marks,
  moved,
  type Piece,
  rectangle,
  together,
  toMiddle,
} from '../draw/pieces.js'
import { chartName } from '../style/names.js'

/** One sequence of a sample, whose steps share the sample's time evenly. */
export interface ChartLane {
  readonly kind: 'attention' | 'mask' | 'effect' | 'value'
  readonly title: string
  readonly steps: readonly { readonly label: string; readonly value: number }[]
  /** The unit of effects. */
  readonly unit?: string
}

const width = 560
const laneHeight = 26
const gap = 12
/** Room above a lane for slanted words. */
const wordRoom = 46
/** With more steps than this, words would overlap. */
const mostWords = 40

/**
 * Lanes over one axis of relative time as SVG, each step coloured. Attention is shown relative to
 * the uniform share of its lane, so that lanes of different lengths can be compared; uniform
 * attention gets a middle colour or a lower one. Masks show how much passes through, other step
 * values their value on one scale. Effects show how much a step adds to a score, in percentage
 * points if it is a probability, on one scale for all lanes. Words stand over the lanes that have
 * them.
 *
 * @throws LimbicError if there is no lane, or one has no steps or a number that is not finite
 */
export function laneChart(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly lanes: readonly ChartLane[]
}): string {
  const { title, subtitle, lanes } = chart
  if (lanes.length === 0) throw new LimbicError('no lane to draw', { where: title })
  for (const lane of lanes) checkLane(lane, title)
  const placed = placeLanes(lanes)
  const height = placed.at(-1)?.bottom ?? 0
  const cells = placed.flatMap(cellsOf)
  const legends = legendsOf(lanes, cells)
  const drawing = together([
    ...legends.map((legend) => {
      const colour = colourOf(legend)
      const own = cells.filter(({ kind }) => kind === legend.kind)
      return marks(
        'rect',
        own.map(({ value, description, ...box }) =>
          rectangle(box, { fill: colour(value), description }),
        ),
      )
    }),
    marks('text', [...placed.map(nameOf), ...placed.flatMap(wordsOf)], { silent: true }),
    moved(numbersBelow(timePlaces, width, timeTitle), 0, height),
  ])
  const below = drawing.box.bottom + legendOffset
  const keys = legends.map((legend, at) => moved(horizontalLegend(legend), at * legendWidth, below))
  return chartOf(
    { title, ...(subtitle !== undefined && { subtitle }) },
    together([drawing, ...keys]),
    legends.map((legend) => gradientOf(legend, 'right')),
  )
}

/** The gap from the axis to the legends, and between the left edges of legends, in pixels. */
const legendOffset = 18
const legendWidth = 180

const timeTitle = 'Time, from the start to the end of the sample'
const timePlaces = [0, 20, 40, 60, 80, 100].map((percent) => ({
  at: (percent / 100) * width,
  name: `${percent}%`,
}))

/** Effects in blue and orange: safe for colour blindness, and suggest neither bad nor good. */
const schemes = {
  attention: 'viridis',
  mask: 'cividis',
  effect: 'blueOrange',
  value: 'viridis',
} as const
const colourTitles = {
  attention: 'Relative attention',
  mask: 'Let through',
  value: 'Value',
} as const

/** The meaning of the colours of each kind of lane. */
function legendsOf(lanes: readonly ChartLane[], cells: readonly Cell[]) {
  const kinds = (['effect', 'attention', 'mask', 'value'] as const).filter((wanted) =>
    cells.some(({ kind }) => kind === wanted),
  )
  return kinds.map((kind, at) => {
    const values = cells.flatMap((cell) => (cell.kind === kind ? cell.value : []))
    // Symmetric around 0, which then has the middle colour.
    const strongest = largest(values.map(Math.abs), 0) || 1
    const domains = {
      effect: [-strongest, strongest],
      attention: [0, largest(values, 2)],
      mask: [0, 1],
      value: [smallest(values, 0), largest(values, 0) || 1],
    } as const
    const title = kind === 'effect' ? effectTitle(lanes) : colourTitles[kind]
    return { kind, title, scheme: schemes[kind], domain: domains[kind], id: `chart-${at + 1}` }
  })
}

interface PlacedLane extends ChartLane {
  /** Whether it has words above. */
  readonly words: boolean
  readonly top: number
  readonly bottom: number
}

function placeLanes(lanes: readonly ChartLane[]): PlacedLane[] {
  let bottom = 0
  return lanes.map((lane, at) => {
    const words =
      lane.steps.length <= mostWords &&
      lane.steps.some(({ label }) => !isNumbered(label)) &&
      // Aligned sequences have the same words: once is enough.
      (at === 0 || labelsOf(lane) !== labelsOf(lanes[at - 1]))
    const top = bottom + (words ? wordRoom : gap)
    bottom = top + laneHeight
    return { ...lane, words, top, bottom }
  })
}

interface Cell extends Box {
  readonly kind: ChartLane['kind']
  readonly value: number
  readonly description: string
}

function cellsOf(lane: PlacedLane): Cell[] {
  const { kind, title, steps, top, bottom } = lane
  const values = shownValues(lane)
  return steps.map(({ label: step, value }, at) => ({
    ...{ kind, top, bottom },
    left: (at / steps.length) * width,
    right: ((at + 1) / steps.length) * width,
    value: values[at] ?? 0,
    description: `${chartName(kind === 'effect' ? laneName(lane) : title)}, ${chartName(step)}: ${fixed(value, 3)}`,
  }))
}

const textSize = 11

function nameOf(lane: PlacedLane): Piece {
  const y = lane.top + laneHeight / 2 + toMiddle(textSize)
  return label(chartName(laneName(lane)), -8, y, { size: textSize, anchor: 'end', limit: 220 })
}

/** Slanted words above their steps. */
function wordsOf({ words, steps, top }: PlacedLane): Piece[] {
  if (!words) return []
  return steps.map(({ label: word }, at) =>
    label(chartName(word), ((at + 0.5) / steps.length) * width + 2, top - 4, {
      ...{ size: textSize, angle: -42, limit: 70 },
    }),
  )
}

function effectTitle(lanes: readonly ChartLane[]): string {
  const points = lanes.some(({ unit }) => unit === 'probability')
  return points ? 'Effect, in points' : 'Effect on sentiment'
}

/** The meaning of the colours of a lane's steps. */
function shownValues({ kind, steps, unit }: ChartLane): number[] {
  const values = steps.map(({ value }) => value)
  if (kind === 'mask' || kind === 'value') return values
  if (kind === 'effect') return values.map((value) => (unit === 'probability' ? 100 : 1) * value)
  const even = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.map((value) => (even === 0 ? 1 : value / even))
}

function labelsOf(lane: ChartLane | undefined): string {
  return JSON.stringify(lane?.steps.map(({ label }) => label))
}

function checkLane({ title, steps }: ChartLane, where: string): void {
  if (steps.length > 0 && steps.every(({ value }) => Number.isFinite(value))) return
  throw new LimbicError('invalid lane', {
    where: `${where}, ${title}`,
    expected: 'at least one step, and finite numbers',
    got: `[${steps.map(({ value }) => value).join(', ')}]`,
  })
}
