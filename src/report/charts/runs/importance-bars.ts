/** A bar for each setting of a search: how much of the differences between trials goes with it. */
import { fixed } from '../../../base/numbers.js'
import { namesLeft } from '../draw/axes.js'
import { chartOf } from '../draw/chart.js'
import { label, rectangle, together } from '../draw/pieces.js'
import { chartName } from '../style/names.js'
import { axes, seriesColours } from '../style/theme.js'

const width = 320
const step = 24
const thickness = 14

/** @param shares from 0 to 1, by setting */
export function importanceBars(title: string, shares: Readonly<Record<string, number>>): string {
  const rows = Object.entries(shares).sort(([, one], [, other]) => other - one)
  const bars = rows.flatMap(([name, share], row) => {
    const top = row * step + (step - thickness) / 2
    const box = { left: 0, top, right: Math.max(1, share * width), bottom: top + thickness }
    const words = `${fixed(100 * share, 0)} %`
    return [
      rectangle(box, { fill: seriesColours[0], description: `${chartName(name)}: ${words}` }),
      label(words, box.right + 5, top + thickness - 3, { size: axes.labelSize }),
    ]
  })
  const names = namesLeft(rows.map(([name], row) => ({ at: (row + 0.5) * step, name })))
  return chartOf({ title }, together([names, ...bars]))
}
