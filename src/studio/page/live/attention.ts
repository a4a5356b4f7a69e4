/** Draws what a model attends to: over the sound of the last minute, and over a face. */
import type { Heard } from '../../worker/own/heard.js'
import type { LiveView } from './session.js'

/** A position of a chunk of sound, in shares of the width and the height of its spectrogram. */
export interface HeardCell {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
  /** From 0 to 1. */
  readonly strength: number
}

/** What a position that is selected has at least, so that it is seen whatever the attention to it. */
const selectedStrength = 0.25

/**
 * The positions of sound that are attended to or selected, in a spectrogram of the last seconds.
 *
 * @param end seconds from the start of the source to the right edge
 */
export function cellsHeard(
  { starts, duration, columns, edges, weights, selected }: Heard,
  end: number,
  seconds: number,
): HeardCell[] {
  const rows = edges.length - 1
  return starts.flatMap((start, chunk) =>
    Array.from({ length: rows * columns }, (_, position) => {
      const [row, column] = [Math.floor(position / columns), position % columns]
      const at = chunk * rows * columns + position
      const from = start + (column * duration) / columns
      const weight = weights[at] ?? 0
      return {
        left: 1 - (end - from) / seconds,
        right: 1 - (end - from - duration / columns) / seconds,
        ...{ bottom: edges[row] ?? 0, top: edges[row + 1] ?? 1 },
        strength: selected?.[at] ? Math.max(weight, selectedStrength) : weight,
      }
    }).filter(({ strength }) => strength > 0),
  )
}

/** The positions of chunks of sound, over its spectrogram. @param end as of `cellsHeard` */
export function drawHeard(
  canvas: HTMLCanvasElement,
  { attention }: Pick<LiveView, 'attention'>,
  end: number | undefined,
  seconds: number,
): void {
  const context = canvas.getContext('2d')
  if (!context || !attention?.sound || end === undefined) return
  const { width, height } = canvas
  for (const { left, right, bottom, top, strength } of cellsHeard(attention.sound, end, seconds)) {
    // A colour that the spectrogram has not.
    context.fillStyle = `rgb(255 0 120 / ${0.75 * strength})`
    context.fillRect(
      left * width,
      (1 - top) * height,
      (right - left) * width,
      (top - bottom) * height,
    )
  }
}

/**
 * The attention to each step of sound, a line, and to each picture of a face, dashed.
 *
 * @param end as of `cellsHeard`
 */
export function drawAttended(
  canvas: HTMLCanvasElement,
  { attention }: Pick<LiveView, 'attention'>,
  end: number | undefined,
  seconds: number,
): void {
  const context = canvas.getContext('2d')
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
