/** Lanes of per-step values on one time axis. */

import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../base/errors.js'
import { fixed, largest } from '../../base/numbers.js'
import { isNumbered, laneName } from '../lane-names.js'
import { chartName } from './names.js'
import { chartTitle, renderChart } from './render.js'
import { colourLegend } from './theme.js'

/** One sequence of a sample, whose steps share the sample's time evenly. */
export interface ChartLane {
  readonly kind: 'attention' | 'mask' | 'effect'
  readonly title: string
  readonly steps: readonly { readonly label: string; readonly value: number }[]
  /** What effects are in. */
  readonly unit?: string
}

const width = 560
const laneHeight = 26
const gap = 12
/** Room above a lane for words that lean. */
const wordRoom = 46
/** With more steps than this, words would cover one another. */
const mostWords = 40

/**
 * Lanes over one axis of relative time as SVG, each step coloured: of attention, how many times the
 * even share of its lane it received (the even share itself lies amid the colours or below), so
 * that lanes of different lengths can be compared; of masks, how much was let through; of effects,
 * how much a step adds to a score, in percentage points where it is a probability, on one scale for
 * all. Words stand over the lanes that have them.
 *
 * @throws LimbicError if there is no lane, or one has no steps or a number that is not finite
 */
export function laneChart(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly lanes: readonly ChartLane[]
}): Promise<string> {
  const { title, subtitle, lanes } = chart
  if (lanes.length === 0) throw new LimbicError('no lane to draw', { where: title })
  for (const lane of lanes) checkLane(lane, title)
  const placed = placeLanes(lanes)
  const height = placed.at(-1)?.bottom ?? 0
  const cells = placed.flatMap(cellsOf)
  const words = placed.flatMap(wordsOf)
  const names = placed.map((lane) => ({
    label: chartName(laneName(lane)),
    y: lane.top + laneHeight / 2,
  }))
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    axis: null,
    scale: { domain: [0, height], range: [0, height], nice: false, zero: false },
  })
  const colours = (kind: ChartLane['kind'], domain: number[]) => ({
    data: { values: cells.filter((cell) => cell.kind === kind) },
    mark: { type: 'rect' as const },
    encoding: {
      x: timeAxis('from'),
      x2: { field: 'to' },
      y: y('top'),
      y2: { field: 'end' },
      color: {
        field: 'value',
        type: 'quantitative' as const,
        title: kind === 'effect' ? effectTitle(lanes) : colourTitles[kind],
        scale: { scheme: schemes[kind], domain },
        legend: colourLegend,
      },
      description: { field: 'description', type: 'nominal' as const },
    },
  })
  const valuesOf = (wanted: ChartLane['kind']) =>
    cells.filter(({ kind }) => kind === wanted).map(({ value }) => value)
  const attention = valuesOf('attention')
  // As far to either side of 0, which then has the colour in the middle.
  const strongest = largest(valuesOf('effect').map(Math.abs), 0) || 1
  const text = { type: 'text' as const, color: 'currentColor', fontSize: 11, aria: false }
  const spec: TopLevelSpec = {
    title: chartTitle(title, subtitle),
    width,
    height,
    resolve: { scale: { color: 'independent' } },
    layer: [
      ...(valuesOf('effect').length > 0 ? [colours('effect', [-strongest, strongest])] : []),
      ...(attention.length > 0 ? [colours('attention', [0, largest(attention, 2)])] : []),
      ...(valuesOf('mask').length > 0 ? [colours('mask', [0, 1])] : []),
      {
        data: { values: names },
        mark: { ...text, align: 'right', baseline: 'middle', dx: -8, limit: 220 },
        encoding: { x: { value: 0 }, y: y('y'), text: { field: 'label' } },
      },
      ...(words.length > 0
        ? [
            {
              data: { values: words },
              mark: {
                ...text,
                align: 'left' as const,
                angle: -42,
                baseline: 'middle' as const,
                limit: 70,
              },
              encoding: { x: timeAxis('at'), y: y('y'), text: { field: 'label' } },
            },
          ]
        : []),
    ],
  }
  return renderChart(spec)
}

interface PlacedLane extends ChartLane {
  /** Whether words stand over it. */
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

function cellsOf(lane: PlacedLane) {
  const { kind, title, steps, top, bottom } = lane
  const values = shownValues(lane)
  return steps.map(({ label, value }, at) => ({
    kind,
    from: at / steps.length,
    to: (at + 1) / steps.length,
    top,
    end: bottom,
    value: values[at] ?? 0,
    description: `${chartName(kind === 'effect' ? laneName(lane) : title)}, ${chartName(label)}: ${fixed(value, 3)}`,
  }))
}

function wordsOf({ words, steps, top }: PlacedLane) {
  if (!words) return []
  return steps.map(({ label }, at) => ({
    label: chartName(label),
    at: (at + 0.5) / steps.length,
    y: top - 6,
  }))
}

function timeAxis(field: string) {
  return {
    field,
    type: 'quantitative' as const,
    title: 'Time, from the start to the end of the sample',
    scale: { domain: [0, 1], nice: false },
    axis: { format: '.0%', grid: false, tickCount: 5 },
  }
}

/** Effects in blue and orange: told apart under colour blindness, and neither bad nor good. */
const schemes = { attention: 'viridis', mask: 'cividis', effect: 'blueorange' } as const
const colourTitles = { attention: 'Relative attention', mask: 'Let through' } as const

function effectTitle(lanes: readonly ChartLane[]): string {
  const points = lanes.some(({ unit }) => unit === 'probability')
  return points ? 'Effect, in points' : 'Effect on sentiment'
}

/** What the colours of a lane's steps stand for. */
function shownValues({ kind, steps, unit }: ChartLane): number[] {
  const values = steps.map(({ value }) => value)
  if (kind === 'mask') return values
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
