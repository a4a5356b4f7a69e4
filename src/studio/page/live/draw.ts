/** Draws a live session: curves of the last minute, and boxes over the camera picture. */

import { seriesColours, seriesDashes } from '../../../report/charts/style/theme.js'
import type { LiveView } from './session.js'
import type { ShownAnswer } from './shown.js'

/** Seconds without an answer after which a curve has a gap. */
const gap = 1

export const colourAt = (place: number): string =>
  seriesColours[place % seriesColours.length] ?? 'currentColor'
const dashAt = (place: number): readonly number[] =>
  place < seriesColours.length ? [] : (seriesDashes[1] ?? [])

/** The score of each output from the lowest, at the bottom, to the highest, the newest at the right edge. */
export function drawCurves(
  canvas: HTMLCanvasElement,
  {
    history,
    marks,
    outputs,
    range: [lowest, highest],
  }: Pick<LiveView, 'history' | 'marks' | 'outputs' | 'range'>,
  seconds: number,
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  const { width, height } = canvas
  const end = history.at(-1)?.time ?? 0
  const x = (time: number) => width * (1 - (end - time) / seconds)
  const y = (score: number) => height - 3 - ((score - lowest) / (highest - lowest)) * (height - 6)
  context.clearRect(0, 0, width, height)
  context.strokeStyle = getComputedStyle(canvas).color
  context.setLineDash([])
  context.lineWidth = 1
  context.globalAlpha = 0.2
  for (const score of [lowest, (lowest + highest) / 2, highest])
    stroke(context, [
      [0, y(score)],
      [width, y(score)],
    ])
  context.globalAlpha = 0.8
  for (const mark of marks)
    stroke(context, [
      [x(mark), 0],
      [x(mark), height],
    ])
  context.globalAlpha = 1
  context.lineWidth = 2.5
  for (const [place] of outputs.entries()) {
    context.strokeStyle = colourAt(place)
    context.setLineDash([...dashAt(place)])
    context.beginPath()
    let before = Number.NEGATIVE_INFINITY
    for (const { time, scores } of history) {
      const score = scores?.[place]
      if (score === undefined) continue
      if (time - before > gap) context.moveTo(x(time), y(score))
      else context.lineTo(x(time), y(score))
      before = time
    }
    context.stroke()
  }
}

function stroke(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]) {
  context.beginPath()
  for (const [at, [left, top]] of points.entries()) {
    if (at === 0) context.moveTo(left, top)
    else context.lineTo(left, top)
  }
  context.stroke()
}

/** A box around each face, with its name. */
export function drawBoxes(
  canvas: HTMLCanvasElement,
  answer: ShownAnswer | undefined,
  nameOf: (number: number) => string,
): void {
  const context = canvas.getContext('2d')
  if (!context) return
  context.clearRect(0, 0, canvas.width, canvas.height)
  if (!answer?.frame) return
  const scale = canvas.width / answer.frame.width
  context.lineWidth = 3
  context.font = '600 16px system-ui, sans-serif'
  for (const [at, { box, track }] of answer.faces.entries()) {
    const [left, top] = [box.left * scale, box.top * scale]
    const [wide, high] = [(box.right - box.left) * scale, (box.bottom - box.top) * scale]
    context.strokeStyle = at === 0 ? '#fff' : '#bbb'
    context.shadowColor = '#000'
    context.shadowBlur = 3
    context.strokeRect(left, top, wide, high)
    context.fillStyle = context.strokeStyle
    context.fillText(nameOf(track + 1), left, Math.max(16, top - 6))
    context.shadowBlur = 0
  }
}
