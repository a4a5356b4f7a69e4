/** The line at the current time of a recording, which a page's player moves. */
import { element, type Piece } from './pieces.js'

/** @param axis its width and end in pixels, and the seconds of the width */
export function cursorOf(axis: {
  readonly width: number
  readonly bottom: number
  readonly duration: number
}): Piece {
  const { width, bottom, duration } = axis
  const svg = element('line', {
    ...{ class: 'cursor', x1: 0, x2: 0, y1: 0, y2: bottom, stroke: 'currentColor' },
    ...{ 'data-width': width, 'data-duration': String(duration), 'aria-hidden': 'true' },
  })
  return { svg, box: { left: 0, right: 0, top: 0, bottom } }
}
