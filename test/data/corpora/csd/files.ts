import { join } from 'node:path'
import type { SequencesOptions } from '../../../../src/data/corpora/csd/index.js'
import type { Dataset } from '../../../../src/data/dataset.js'
import { writeSequence } from '../../../support/data/sequence-files.js'
import { readSample } from '../../../support/datasets.js'
import { temporaryFolder } from '../../../support/folders.js'

export const folder = temporaryFolder()
let count = 0
export const write = (name: string, entries: Parameters<typeof writeSequence>[2]) =>
  writeSequence(join(folder, `${name}-${count++}.csd`), name, entries)

export const wordTimes = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 4],
]
export const halves = Array.from({ length: 8 }, (_, row) => [row / 2, row / 2 + 0.5])

/** Two videos, each of four words (the second a pause) and two segments; one half second a sound row. */
export async function files(
  audio: readonly number[] = [0, 2, 4, 6, 8, 10, 12, 14],
): Promise<SequencesOptions> {
  const video = { features: ['so', 'sp', 'very', 'good'], intervals: wordTimes }
  const text = {
    features: [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ],
    intervals: wordTimes,
  }
  const sound = { features: audio.map((value) => [value]), intervals: halves }
  const labels = {
    features: [[-1], [2.5]],
    intervals: [
      [0, 2],
      [2, 4],
    ],
  }
  return {
    words: await write('words', { a: video, b: video }),
    text: await write('text', { a: text, b: text }),
    audio: await write('audio', { a: sound, b: sound }),
    labels: await write('labels', { a: labels, b: labels }),
    split: { train: ['a'], valid: [], test: ['b'] },
  }
}

export function samples(dataset: Dataset) {
  const { ids, features, rawText, targets } = dataset.splits.train
  return ids.map((id, sample) => ({
    id,
    text: readSample(features.text, sample),
    audio: readSample(features.audio, sample),
    rawText: rawText?.[sample],
    sentiment: targets.sentiment?.[sample],
  }))
}
