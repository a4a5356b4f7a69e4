/** Reports a store that was written. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bytesText } from '../../../base/numbers.js'
import { type Dataset, splitNames } from '../../../data/dataset.js'
import type { Terminal } from '../../terminal/terminal.js'

/** @param milliseconds how long reading and writing took */
export function reportStore(
  terminal: Terminal,
  dataset: Dataset,
  folder: string,
  milliseconds: number,
): void {
  for (const note of dataset.notes) terminal.note(note)
  const bytes = readdirSync(folder).reduce(
    (sum, name) => sum + statSync(join(folder, name)).size,
    0,
  )
  const seconds = Number((milliseconds / 1000).toFixed(3))
  const samples = splitNames.map((name) => dataset.splits[name].ids.length)
  terminal.record({ folder, bytes, seconds, samples, notes: dataset.notes })
  terminal.print(
    `${folder}: ${samples.join(' / ')} samples (train / valid / test), ` +
      `${bytesText(bytes)}, in ${seconds.toFixed(1)} s`,
  )
}
