/** Parallel coordinates: a line for each trial of a search, over the axes of its settings. */
import { format } from 'd3-format'
import { scaleLinear, scaleLog, scalePoint } from 'd3-scale'
import { titleBelow } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { colourOf } from '../draw/colours.js'
import { element, label, line, type Piece, together } from '../draw/pieces.js'
import { chartName } from '../style/names.js'
import { ink, axes as sizes } from '../style/theme.js'

/** An axis: numbers, even or in orders of magnitude, or names. */
export type Coordinate =
  | {
      readonly kind: 'numbers'
      readonly title: string
      readonly domain: readonly [low: number, high: number]
      readonly log: boolean
    }
  | { readonly kind: 'names'; readonly title: string; readonly names: readonly string[] }

/** What was tried: its name, its place on each axis, and what came of it; less is better. */
export interface CoordinateLine {
  readonly name: string
  readonly values: readonly (number | string)[]
  readonly loss: number
}

const height = 260
const gap = 130
const loss = { title: 'Validation loss' }

interface Axis {
  readonly title: string
  readonly ticks: readonly { readonly at: number; readonly name: string }[]
  /** Pixels from the top. */
  at(value: number | string): number
}

/**
 * Lines from axis to axis, the last of which is the loss. The colours, from yellow to violet, go with
 * the rank; the best is drawn last, thicker and in the colour of the text.
 *
 * @param lines with finite losses
 */
export function parallelCoordinates(
  title: string,
  coordinates: readonly Coordinate[],
  lines: readonly CoordinateLine[],
): string {
  const losses = lines.map((one) => one.loss)
  const domain = [Math.min(...losses), Math.max(...losses)] as const
  const last = {
    kind: 'numbers',
    ...loss,
    domain,
    log: domain[0] > 0 && domain[1] > 10 * domain[0],
  } as const
  const all = [...coordinates, last].map(axisOf)
  const ranked = [...lines].sort((one, other) => other.loss - one.loss)
  const colour = colourOf({ scheme: 'viridis', domain: [1, -0.1] })
  const drawn = ranked.map(({ name, values, loss: own }, place): Piece => {
    const points = [...values, own].map((value, index) => [index * gap, all[index]?.at(value) ?? 0])
    const best = place === ranked.length - 1
    const words = [...coordinates, last].map(
      (axis, index) => `${axis.title} ${written([...values, own][index] ?? '')}`,
    )
    const svg = element('path', {
      d: `M${points.map(([x = 0, y = 0]) => `${round(x)},${round(y)}`).join('L')}`,
      ...{ fill: 'none', stroke: best ? ink : colour(place / Math.max(1, ranked.length - 1)) },
      ...{ 'stroke-width': best ? 3 : 1.3, 'stroke-opacity': best ? 1 : 0.75 },
      ...{ role: 'graphics-symbol', 'aria-label': `${chartName(name)}: ${words.join(', ')}` },
    })
    return { svg, box: { left: 0, top: 0, right: (all.length - 1) * gap, bottom: height } }
  })
  return chartOf({ title }, together([...drawn, ...all.map(drawAxis)]))
}

function axisOf(coordinate: Coordinate): Axis {
  const { title } = coordinate
  if (coordinate.kind === 'names') {
    const scale = scalePoint(coordinate.names, [height, 0]).padding(0.5)
    const at = (value: number | string) => scale(String(value)) ?? 0
    return { title, at, ticks: coordinate.names.map((name) => ({ at: at(name), name })) }
  }
  const { domain, log } = coordinate
  const [low, high] = domain
  // One value alone is in the middle.
  const wide = low === high ? [low - Math.abs(low || 1), high + Math.abs(high || 1)] : [low, high]
  const scale = (log ? scaleLog() : scaleLinear()).domain(wide).range([height, 0])
  const ends = low === high ? [low] : [low, high]
  const ticks = log
    ? ends
    : [...ends, ...scale.ticks(4).filter((value) => isApart(value, low, high))]
  return {
    title,
    at: (value) => scale(Number(value)),
    ticks: ticks.map((value) => ({ at: scale(value), name: written(value) })),
  }
}

/** Far enough from the ends for a name of its own. */
function isApart(value: number, low: number, high: number): boolean {
  const share = (value - low) / (high - low)
  return share > 0.08 && share < 0.92
}

function drawAxis({ title, ticks }: Axis, index: number): Piece {
  const x = index * gap
  return together(
    [
      line([x, 0], [x, height], sizes.domainOpacity),
      ...ticks.map(({ at, name }) =>
        label(chartName(name), x + 5, at + 4, { size: sizes.labelSize, limit: gap - 20 }),
      ),
      titleBelow(nameOf(title), x, height),
    ],
    { 'aria-hidden': 'true' },
  )
}

/** The name of a setting without the part of the configuration that it is in. */
function nameOf(title: string): string {
  return title.split('.').at(-1) ?? title
}

function written(value: number | string): string {
  if (typeof value === 'string') return value
  return Number.isInteger(value) ? String(value) : format('.3~g')(value)
}

const round = (value: number) => Math.round(value * 10) / 10
