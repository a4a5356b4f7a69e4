/** Writes a fold of .npy files of three samples. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Dataset } from '../../../../src/data/dataset.js'
import { writeNpy } from '../../../../src/formats/npy/index.js'
import { readSample } from '../../../support/datasets.js'
import { temporaryFolder } from '../../../support/folders.js'

export const root = temporaryFolder()
let made = 0

export const floats = (path: string, shape: readonly number[], values: readonly number[]) =>
  writeNpy(path, 'Float32Array', shape, (put) => put(Float32Array.from(values)))
export const integers = (path: string, shape: readonly number[], values: readonly number[]) =>
  writeNpy(path, 'Int32Array', shape, (put) => put(Int32Array.from(values)))

/** Three samples, of which the second has no frames; the words are numbers. */
export function writeFold(folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const split of ['train', 'dev', 'test']) {
    const file = (part: string) => join(folder, `${split}_${part}.npy`)
    integers(file('label'), [3], [6, 2, 0])
    integers(file('text'), [3, 4], [2, 1, 0, 0, 1, 1, 1, 1, 3, 3, 2, 1])
    floats(file('video'), [3, 2, 1], [1, 2, 0, 0, 5, 0])
    integers(file('video_seqN'), [3], [2, 0, 1])
    floats(file('audio_mfcc'), [3, 3, 1], [1, 2, 0, 3, 4, 5, 6, 7, 8])
    integers(file('audio_seqN'), [3], [2, 3, 750])
    floats(file('audio_prosody'), [3, 2], [1, 2, 3, 4, 5, 6])
  }
  floats(join(folder, 'W_embedding.npy'), [4, 2], [0, 0, 1, 1.5, 2, 2.5, 3, 3.5])
  return folder
}

export const fold = () => writeFold(join(root, `iemocap${made++}`, 'fold1'))

export const samples = (dataset: Dataset, split: 'train' | 'test' = 'train') =>
  dataset.splits[split].ids.map((id, row) => {
    const { text, audio, vision } = dataset.splits[split].features
    return {
      id,
      text: readSample(text, row),
      audio: readSample(audio, row),
      vision: readSample(vision, row),
    }
  })
