/** Draws what a model attends to: over the sound of the last minute, and over a face. */
import type { LiveView } from './session.js'

/** The attention to each step of sound, a line, and to each picture of a face, dashed. */
export function drawAttended(
  canvas: HTMLCanvasElement,
  { attention, history }: Pick<LiveView, 'attention' | 'history'>,
  seconds: number,
): void {
  const context = canvas.getContext('2d')
  const end = history.at(-1)?.time
  if (!context || !attention || end === undefined) return
  const { width, height } = canvas
  for (const { input, times, weights } of attention.steps) {
    context.beginPath()
    for (const [at, time] of times.entries()) {
      const x = width * (1 - (end - time) / seconds)
      const y = height - 2 - (weights[at] ?? 0) * (height - 4)
      if (at === 0) context.moveTo(x, y)
      else context.lineTo(x, y)
    }
    context.setLineDash(input === 'audio' ? [] : [6, 4])
    // Light on dark, so that it is seen on any colour of the spectrogram.
    context.lineWidth = 4
    context.strokeStyle = '#000'
    context.stroke()
    context.lineWidth = 2
    context.strokeStyle = '#fff'
    context.stroke()
  }
  context.setLineDash([])
}

/** The attention to the positions of the face that is read first, over its box. */
export function drawLooked(
  canvas: HTMLCanvasElement,
  { attention, history }: Pick<LiveView, 'attention' | 'history'>,
): void {
  const context = canvas.getContext('2d')
  const answer = history.at(-1)
  const [face] = answer?.faces ?? []
  const looked = attention?.face
  if (!context || !answer?.frame || !face || !looked) return
  const scale = canvas.width / answer.frame.width
  const { box } = face
  const wide = ((box.right - box.left) * scale) / looked.columns
  const high = ((box.bottom - box.top) * scale) / looked.rows
  for (const [at, weight] of looked.weights.entries()) {
    const [row, column] = [Math.floor(at / looked.columns), at % looked.columns]
    context.fillStyle = `rgb(255 220 0 / ${0.6 * weight})`
    context.fillRect(box.left * scale + column * wide, box.top * scale + row * high, wide, high)
  }
}
