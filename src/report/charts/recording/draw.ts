/** Each kind of track as a drawing, from y = 0 downwards. */
import { fixed, largest } from '../../../base/numbers.js'
import { paletteOf } from '../draw/colours.js'
import { type Box, element, label, line, type Piece, rectangle, together } from '../draw/pieces.js'
import { type Pixels, picture } from '../draw/pixels.js'
import { chartName } from '../style/names.js'
import { textWidth } from '../style/text-width.js'
import { axes, seriesColours, seriesDashes } from '../style/theme.js'
import type { Curve, TimeAxis, Track } from './tracks.js'

type Of<Kind extends Track['kind']> = Extract<Track, { readonly kind: Kind }>

/** Pixels. */
const heights = { curves: 120, spectrogram: 84, pictures: 56, words: 18 } as const

export function drawTrack(track: Track, axis: TimeAxis): Piece {
  switch (track.kind) {
    case 'curves':
      return curves(track, axis)
    case 'pictures':
      return pictures(track, axis)
    case 'spectrogram':
      return spectrogram(track, axis)
    case 'words':
      return words(track, axis)
  }
}

function curves({ moments, curves: series, range }: Of<'curves'>, axis: TimeAxis): Piece {
  const height = heights.curves
  const [lowest, highest] = range ?? [0, 1]
  const y = (value: number) => {
    const share = (value - lowest) / (highest - lowest)
    return height * (1 - Math.min(Math.max(share, 0), 1))
  }
  const write = (value: number) => (range ? fixed(value, 0) : `${100 * value}%`)
  const box = { left: 0, top: 0, right: axis.width, bottom: height }
  const drawn = series.map(({ name, values }, place): Piece => {
    const path = moments
      .map(({ start, end }, at) => {
        const value = values[at]
        if (value === undefined) return ''
        const move = values[at - 1] === undefined ? 'M' : 'L'
        const middle = (start + end) / 2
        const [first, last] = [at === 0, at === moments.length - 1]
        const from = first ? `M${pair(axis.at(start), y(value))}L` : move
        const to = last ? `L${pair(axis.at(end), y(value))}` : ''
        return `${from}${pair(axis.at(middle), y(value))}${to}`
      })
      .join('')
    const svg = element('path', {
      ...{ d: path === '' ? 'M0,0' : path, fill: 'none', stroke: colourAt(place) },
      ...{ 'stroke-width': 1.8, 'stroke-dasharray': dashAt(place), 'stroke-linejoin': 'round' },
      ...{ role: 'graphics-symbol', 'aria-label': describe(name, values, range) },
    })
    return { svg, box }
  })
  const grid = [lowest, (lowest + highest) / 2, highest].flatMap((value) => [
    line([0, y(value)], [axis.width, y(value)], axes.gridOpacity),
    label(write(value), axis.width + 5, y(value) + 4, { size: axes.labelSize }),
  ])
  return together([...grid, ...drawn, keys(series, height)])
}

/** The names of the curves with their colours, below them. */
function keys(series: readonly Curve[], top: number): Piece {
  const size = axes.labelSize
  let x = 0
  return together(
    series.flatMap(({ name }, place) => {
      const left = x
      x += textWidth(chartName(name), size) + 42
      const svg = element('line', {
        ...{ x1: left, y1: top + 14, x2: left + 20, y2: top + 14, stroke: colourAt(place) },
        ...{ 'stroke-width': 2.5, 'stroke-dasharray': dashAt(place) },
      })
      const box = { left, right: left + 20, top: top + 12, bottom: top + 16 }
      return [{ svg, box }, label(chartName(name), left + 25, top + 18, { size })]
    }),
    { 'aria-hidden': 'true' },
  )
}

function describe(name: string, values: Curve['values'], range: Of<'curves'>['range']): string {
  const known = values.flatMap((value) => value ?? [])
  if (known.length === 0) return `${chartName(name)}: nothing known`
  const highest = largest(known)
  if (range) return `${chartName(name)}: up to ${fixed(highest, 1)}`
  return `${chartName(name)}: up to ${fixed(100 * highest, 0)} %`
}

function pictures({ pictures: all }: Of<'pictures'>, axis: TimeAxis): Piece {
  const side = heights.pictures
  let free = Number.NEGATIVE_INFINITY
  const shown = all.flatMap((one) => {
    const wide = Math.min((side * one.width) / one.height, axis.width)
    const left = Math.min(Math.max(axis.at(one.time) - wide / 2, 0), axis.width - wide)
    if (left < free) return []
    free = left + wide + 2
    const box = { left, top: 0, right: left + wide, bottom: side }
    return [picture(one, box, `at ${fixed(one.time, 1)} s`)]
  })
  return shown.length > 0 ? together(shown) : nothing(side, axis)
}

function spectrogram({ bands, levels, range }: Of<'spectrogram'>, axis: TimeAxis): Piece {
  const box = { left: 0, top: 0, right: axis.width, bottom: heights.spectrogram }
  const columns = Math.floor(levels.length / bands)
  if (columns === 0) return nothing(heights.spectrogram, axis)
  const description = `Spectrogram: ${bands} bands, the lowest below`
  return picture(colouredLevels(levels, { columns, bands, range }), box, description)
}

function colouredLevels(
  levels: Float32Array,
  { columns, bands, range }: { columns: number; bands: number; range: number },
): Pixels {
  const loudest = largest(levels)
  const palette = paletteOf('viridis')
  const data = new Uint8Array(3 * columns * bands)
  for (let band = 0; band < bands; band++) {
    for (let column = 0; column < columns; column++) {
      const below = loudest - (levels[column * bands + band] ?? loudest)
      data.set(palette(1 - below / range), 3 * ((bands - 1 - band) * columns + column))
    }
  }
  return { width: columns, height: bands, data }
}

function words({ words: all }: Of<'words'>, axis: TimeAxis): Piece {
  const size = axes.labelSize
  let free = Number.NEGATIVE_INFINITY
  const shown = all.flatMap(({ word, start, end }) => {
    const left = axis.at(start)
    if (left < free) return []
    const text = label(chartName(word), left, 12, { size, limit: axis.width - left })
    free = left + textWidth(chartName(word), size) + 4
    const box: Box = { left, right: Math.max(axis.at(end), left + 1), top: 15, bottom: 17 }
    return [text, rectangle(box, { fill: 'currentColor', opacity: 0.4 })]
  })
  return shown.length > 0 ? together(shown) : nothing(heights.words, axis)
}

function nothing(height: number, { width }: TimeAxis): Piece {
  return rectangle(
    { left: 0, top: 0, right: width, bottom: height },
    { fill: 'currentColor', opacity: 0.06, description: 'nothing' },
  )
}

const pair = (x: number, y: number) => `${fixed(x, 1)},${fixed(y, 1)}`
const colourAt = (place: number) => seriesColours[place % seriesColours.length] ?? 'currentColor'
const dashAt = (place: number) => {
  const dash = seriesDashes[place % seriesDashes.length] ?? [1, 0]
  return dash.join() === '1,0' ? undefined : dash.join(' ')
}
