/** A recording on one time axis: curves, faces, sound and words, one below the other. */
import { scaleLinear } from 'd3-scale'
import { LimbicError } from '../../../base/errors.js'
import { numbersBelow } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { cursorOf } from '../draw/cursor.js'
import { label, moved, type Piece, together } from '../draw/pieces.js'
import { chartName } from '../style/names.js'
import { axes } from '../style/theme.js'
import { drawTrack } from './draw.js'
import { type Track, timeAxis } from './tracks.js'

export type { Curve, Track } from './tracks.js'

const width = 640
const gap = 16
/** The height of a track's title. */
const titleRoom = 18

/**
 * A recording as SVG. A line through all tracks stands at 0 s, and a page's player moves it: a
 * `line` of the class `cursor`, with the width of the axis in pixels in `data-width` and its
 * seconds in `data-duration`.
 *
 * @param chart `duration` in seconds
 * @throws LimbicError if there is no track, or the duration is not a number above 0
 */
export function recordingChart(chart: {
  readonly title: string
  readonly subtitle?: string
  readonly duration: number
  readonly tracks: readonly Track[]
}): string {
  const { title, subtitle, duration, tracks } = chart
  if (tracks.length === 0 || !(duration > 0 && Number.isFinite(duration))) {
    throw new LimbicError('no recording to draw', {
      where: title,
      expected: 'a track and a duration above 0 s',
      got: `${tracks.length} tracks, ${duration} s`,
    })
  }
  const axis = timeAxis(duration, width)
  let bottom = 0
  const pieces = tracks.map((track): Piece => {
    const head = label(chartName(track.title), 0, 11, {
      size: axes.titleSize,
      weight: axes.titleWeight,
    })
    const piece = together([head, moved(drawTrack(track, axis), 0, titleRoom)])
    const placed = moved(piece, 0, bottom)
    bottom = placed.box.bottom + gap
    return placed
  })
  const end = bottom - gap + 2
  const seconds = scaleLinear().domain([0, duration]).ticks(8)
  const write = scaleLinear().domain([0, duration]).tickFormat(8)
  const places = seconds.map((second) => ({ at: axis.at(second), name: write(second) }))
  const drawing = together([
    ...pieces,
    cursorOf({ width, bottom: end, duration }),
    moved(numbersBelow(places, width, 'Seconds'), 0, end + 4),
  ])
  return chartOf({ title, ...(subtitle !== undefined && { subtitle }) }, drawing)
}
