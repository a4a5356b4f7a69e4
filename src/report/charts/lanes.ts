import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../errors.js'
import { chartTitle, renderChart } from './render.js'
import { colourLegend } from './theme.js'

/** One sequence of a sample, whose steps share the sample's time evenly. */
export interface ChartLane {
  readonly kind: 'attention' | 'mask'
  readonly title: string
  readonly steps: readonly { readonly label: string; readonly value: number }[]
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
 * that lanes of different lengths can be compared; of masks, how much was let through. Words stand
 * over the lanes that have them.
 *
 * @throws LimbicError if there is no lane, or one has no steps or a number that is not finite
 */
export function attentionLanes(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly lanes: readonly ChartLane[]
}): Promise<string> {
  const { title, subtitle, lanes } = chart
  if (lanes.length === 0) throw new LimbicError('no lane to draw', { where: title })
  for (const lane of lanes) checkLane(lane, title)
  let bottom = 0
  const placed = lanes.map((lane, at) => {
    const labels = labelsOf(lane)
    const words =
      lane.steps.length <= mostWords &&
      lane.steps.some(({ label }) => isWord(label)) &&
      // Aligned sequences have the same words: once is enough.
      (at === 0 || labels !== labelsOf(lanes[at - 1]))
    const top = bottom + (words ? wordRoom : gap)
    bottom = top + laneHeight
    return { ...lane, words, top, bottom }
  })
  const cells = placed.flatMap(({ kind, title: of, steps, top, bottom: end }) => {
    const even = steps.reduce((sum, { value }) => sum + value, 0) / steps.length
    return steps.map(({ label, value }, at) => ({
      kind,
      from: at / steps.length,
      to: (at + 1) / steps.length,
      top,
      end,
      value: kind === 'mask' ? value : even === 0 ? 1 : value / even,
      description: `${of}, ${label}: ${value.toFixed(3)}`,
    }))
  })
  const words = placed.flatMap((lane) =>
    lane.words
      ? lane.steps.map(({ label }, at) => ({
          label,
          at: (at + 0.5) / lane.steps.length,
          y: lane.top - 6,
        }))
      : [],
  )
  const names = placed.map(({ title: label, kind, top }) => ({
    label: kind === 'mask' ? `mask on ${label}` : label,
    y: top + laneHeight / 2,
  }))
  const vertical = { domain: [0, bottom], range: [0, bottom], nice: false, zero: false }
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    axis: null,
    scale: vertical,
  })
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: 'Time, from the beginning of the sample to its end',
    scale: { domain: [0, 1], nice: false },
    axis: { format: '.0%', grid: false, tickCount: 5 },
  })
  const colours = (kind: ChartLane['kind'], domain: number[]) => ({
    data: { values: cells.filter((cell) => cell.kind === kind) },
    mark: { type: 'rect' as const },
    encoding: {
      x: x('from'),
      x2: { field: 'to' },
      y: y('top'),
      y2: { field: 'end' },
      color: {
        field: 'value',
        type: 'quantitative' as const,
        title: kind === 'mask' ? 'Let through' : 'Times the even share',
        scale: { scheme: kind === 'mask' ? ('cividis' as const) : ('viridis' as const), domain },
        legend: colourLegend,
      },
      description: { field: 'description', type: 'nominal' as const },
    },
  })
  const attention = cells.filter(({ kind }) => kind === 'attention').map(({ value }) => value)
  const text = { type: 'text' as const, color: 'currentColor', fontSize: 11, aria: false }
  const spec: TopLevelSpec = {
    title: chartTitle(title, subtitle),
    width,
    height: bottom,
    resolve: { scale: { color: 'independent' } },
    layer: [
      ...(attention.length > 0 ? [colours('attention', [0, Math.max(2, ...attention)])] : []),
      ...(attention.length < cells.length ? [colours('mask', [0, 1])] : []),
      {
        data: { values: names },
        mark: { ...text, align: 'right', baseline: 'middle', dx: -8 },
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
              encoding: { x: x('at'), y: y('y'), text: { field: 'label' } },
            },
          ]
        : []),
    ],
  }
  return renderChart(spec)
}

function labelsOf(lane: ChartLane | undefined): string {
  return JSON.stringify(lane?.steps.map(({ label }) => label))
}

/** Numbers of steps are no words. */
function isWord(label: string): boolean {
  return !/^\d+$/.test(label)
}

function checkLane({ title, steps }: ChartLane, where: string): void {
  if (steps.length > 0 && steps.every(({ value }) => Number.isFinite(value))) return
  throw new LimbicError('a lane cannot be drawn', {
    where: `${where}, ${title}`,
    expected: 'at least one step, and finite numbers',
    got: `[${steps.map(({ value }) => value).join(', ')}]`,
  })
}
