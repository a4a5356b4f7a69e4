/** A reliability diagram: how often answers are right, by how sure they are. */
import { scaleLinear } from 'd3-scale'
import { fixed } from '../../../base/numbers.js'
import type { Calibration } from '../../../metrics/calibration.js'
import { namesLeft, numbersBelow, titleLeft } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { element, line, moved, type Piece, rectangle, together } from '../draw/pieces.js'
import { axes, seriesColours } from '../style/theme.js'

/** The side of the square, in pixels. */
const side = 260

/**
 * A bar for each bin with answers, as high as the share that is right, with a mark at their mean
 * confidence: on the diagonal, a model is right as often as it is sure.
 */
export function reliabilityChart(chart: {
  readonly title: string
  readonly calibration: Calibration
}): string {
  const { title, calibration } = chart
  const { bins, error, count } = calibration
  const at = scaleLinear().domain([0, 1]).range([0, side])
  const y = (share: number) => side - at(share)
  const bars = bins.flatMap((bin): Piece[] => {
    if (bin.count === 0) return []
    const box = {
      ...{ left: at(bin.from) + 1, right: at(bin.to) - 1 },
      ...{ top: y(bin.accuracy), bottom: side },
    }
    const description = `sure between ${percent(bin.from)} and ${percent(bin.to)}: ${bin.count} answers, ${percent(bin.accuracy)} right, sure by ${percent(bin.confidence)} on average`
    const fill = seriesColours[0] ?? 'currentColor'
    const mark = element('line', {
      ...{ x1: box.left, x2: box.right, y1: y(bin.confidence), y2: y(bin.confidence) },
      ...{ stroke: 'currentColor', 'stroke-width': 2, 'aria-hidden': 'true' },
    })
    return [rectangle(box, { fill, opacity: 0.6, description }), { svg: mark, box }]
  })
  const places = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ share, name: percent(share) }))
  const left = namesLeft(places.map(({ share, name }) => ({ at: y(share), name })))
  const below = numbersBelow(
    places.map(({ share, name }) => ({ at: at(share), name })),
    side,
    'Confidence',
  )
  const drawing = together([
    ...places.map(({ share }) => line([0, y(share)], [side, y(share)], axes.gridOpacity)),
    line([0, side], [side, 0], axes.domainOpacity),
    ...bars,
    left,
    titleLeft('Right', left.box.left, side / 2),
    moved(below, 0, side),
  ])
  const subtitle = `Expected calibration error ${fixed(100 * error, 1)} %, ${count.toLocaleString('en')} answers; bar: share that is right · line: mean confidence`
  return chartOf({ title, subtitle }, drawing)
}

const percent = (share: number): string => `${fixed(100 * share, 0)} %`
