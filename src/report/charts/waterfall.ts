/** What parts add up to, one after another. */
import type { TopLevelSpec } from 'vega-lite'
import { LimbicError } from '../../base/errors.js'
import { chartName, nameAtPlace, titleLines } from './names.js'
import { chartTitle, renderChart } from './render.js'

/** Orange raises and blue lowers, as in lanes of effects. */
const colours = { raises: '#d98432', lowers: '#3f7fb5' } as const

/**
 * A waterfall as SVG: from where a score begins, part by part, to where it ends. Each part is a bar
 * from what was reached before it to what it makes of that, with its change beside it.
 *
 * @param chart.from where the score begins, and what that is called
 * @param chart.parts what is added, in order, with the words for its change
 * @param chart.to where the score ends: `from` and all parts together
 * @throws LimbicError if a number is not finite
 */
export function waterfall(chart: {
  readonly title: string
  readonly subtitle?: string
  /** What the score is, for the axis. */
  readonly figure: string
  readonly from: { readonly name: string; readonly value: number; readonly label: string }
  readonly parts: readonly {
    readonly name: string
    readonly value: number
    readonly label: string
  }[]
  readonly to: { readonly name: string; readonly value: number; readonly label: string }
}): Promise<string> {
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
  const x = (field: string) => ({
    field,
    type: 'quantitative' as const,
    title: titleLines(figure),
    // Parts may be small beside the whole: what they do must be seen.
    scale: { zero: false },
    axis: { tickCount: 6 },
  })
  const names = bars.map(({ name }) => name)
  const spec: TopLevelSpec = {
    title: chartTitle(title, subtitle),
    data: { values: bars },
    width: 440,
    height: { step: 28 },
    encoding: {
      y: {
        field: 'row',
        type: 'ordinal',
        title: null,
        axis: { labelExpr: nameAtPlace(names), labelFontSize: 12, domain: false, aria: false },
      },
    },
    layer: [
      {
        mark: { type: 'bar', height: 16 },
        transform: [{ filter: 'datum.kind !== "total"' }],
        encoding: {
          x: x('start'),
          x2: { field: 'end' },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: Object.keys(colours), range: Object.values(colours) },
            legend: null,
          },
          description: { field: 'description', type: 'nominal' },
        },
      },
      // What is reached after each row; where the score begins and ends, heavier.
      {
        mark: { type: 'tick', color: 'currentColor', thickness: 1.5, size: 20, aria: false },
        encoding: { x: x('end') },
      },
      {
        mark: { type: 'tick', color: 'currentColor', thickness: 5, size: 20 },
        transform: [{ filter: 'datum.kind === "total"' }],
        encoding: { x: x('end'), description: { field: 'description', type: 'nominal' } },
      },
      {
        mark: {
          ...{ type: 'text', align: 'left', dx: 7, fontSize: 11 },
          ...{ color: 'currentColor', aria: false },
        },
        encoding: { x: x('right'), text: { field: 'label' } },
      },
    ],
  }
  return renderChart(spec)
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
    const kind = part.value < 0 ? 'lowers' : 'raises'
    return { ...part, kind, start, end: reached }
  })
  const total = (end: typeof from) => ({ ...end, kind: 'total', start: end.value, end: end.value })
  return [total(from), ...steps, total(to)].map(({ name, label, kind, start, end }, row) => ({
    ...{ row, name, kind, start, end, label },
    right: Math.max(start, end),
    description: `${chartName(name)}: ${label}`,
  }))
}
