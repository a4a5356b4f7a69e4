/** Selects the targets of some samples; `rows` are rows of the split and may repeat. */
import { elementAt } from '../base/lookup.js'
import type { Targets } from './dataset.js'

/** @param samples the number of samples in the split */
export function pickTargets(targets: Targets, samples: number, rows: Int32Array): Targets {
  const { sentiment, classes, emotions, others } = targets
  const pick = (values: Float32Array) =>
    pickRows(values, samples > 0 ? values.length / samples : 0, rows)
  return {
    ...(sentiment && { sentiment: pick(sentiment) }),
    ...(classes && { classes: Int32Array.from(rows, (row) => elementAt(classes, row, 'class')) }),
    ...(emotions && { emotions: pick(emotions) }),
    ...(others && {
      others: Object.fromEntries(
        Object.entries(others).map(([name, values]) => [name, pick(values)]),
      ),
    }),
  }
}

function pickRows(values: Float32Array, width: number, rows: Int32Array): Float32Array {
  const picked = new Float32Array(rows.length * width)
  rows.forEach((row, at) => {
    picked.set(values.subarray(row * width, (row + 1) * width), at * width)
  })
  return picked
}
