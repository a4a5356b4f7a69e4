/** Bars of the windows that attention heads have learned. */
import { LimbicError } from '../../../base/errors.js'
import { fixed, largest } from '../../../base/numbers.js'
import type { LearnedWindows } from '../../../explain/index.js'
import { namesLeft } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { label, marks, moved, type Piece, rectangle, together, toMiddle } from '../draw/pieces.js'
import { chartName } from '../style/names.js'
import { axes, seriesColours } from '../style/theme.js'

/** The longest bar, the height of a bar and the gaps below bars and sequences, in pixels. */
const size = { width: 320, height: 12, gap: 4, apart: 26 } as const

/**
 * A bar for each head of each sequence, as long as its window, with its number of steps, as SVG.
 *
 * @throws LimbicError if there is no window
 */
export function windowBars(
  chart: { readonly title: string; readonly subtitle?: string },
  windows: readonly LearnedWindows[],
): string {
  const most = largest(windows.flatMap(({ steps }) => steps))
  if (!Number.isFinite(most)) throw new LimbicError('no window to draw', { where: chart.title })
  let below = 0
  const drawn = windows.map((own, place) => {
    const piece = moved(barsOf(own, place, most), 0, below)
    below = piece.box.bottom + size.apart
    return piece
  })
  return chartOf(chart, together(drawn))
}

/** The bars of one sequence, its name above them. */
function barsOf({ sequence, steps }: LearnedWindows, place: number, most: number): Piece {
  const fill = seriesColours[place % seriesColours.length] ?? 'currentColor'
  const row = size.height + size.gap
  const bars = steps.map((count, head) => {
    const right = Math.max(1, (size.width * count) / Math.max(most, Number.EPSILON))
    const box = { left: 0, top: head * row, right, bottom: head * row + size.height }
    return rectangle(box, {
      fill,
      description: `${sequence}, head ${head + 1}: ${fixed(count, 1)} steps`,
    })
  })
  const numbers = bars.map(({ box }, head) =>
    label(fixed(steps[head] ?? 0, 1), box.right + 4, head * row + size.height / 2 + toMiddle(11), {
      size: 11,
    }),
  )
  const heads = steps.map((_, head) => ({
    at: head * row + size.height / 2,
    name: `head ${head + 1}`,
  }))
  return together([
    label(chartName(sequence), 0, -8, { size: 11, weight: axes.titleWeight }),
    marks('rect', bars),
    marks('text', numbers, { silent: true }),
    namesLeft(heads),
  ])
}
