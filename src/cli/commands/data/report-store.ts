/** What is said once a store is written. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Dataset, splitNames } from '../../../data/dataset.js'
import type { Terminal } from '../../terminal/terminal.js'

/** @param milliseconds what reading and writing took */
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
      `${megabytes(bytes)}, in ${seconds.toFixed(1)} s`,
  )
}

/** A number of bytes for people. */
export function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
