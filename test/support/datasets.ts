import type { Dataset, SequenceSource, Split } from '../../src/data/types.js'
import { float32Array, type Picklable, PickledObjects } from './pickle-writer.js'

/** A source of sequences given in full, one array of steps x width a sample. */
export function sourceOf(width: number, samples: readonly (readonly number[])[]): SequenceSource {
  return {
    width,
    lengths: Int32Array.from(samples, (values) => values.length / width),
    read: (sample, target, offset) => target.set(samples[sample] ?? [], offset),
  }
}

/** All numbers of one sample. */
export function readSample(source: SequenceSource | undefined, sample: number): number[] {
  if (source === undefined) throw new Error('no such modality')
  const values = new Float32Array((source.lengths[sample] ?? 0) * source.width)
  source.read(sample, values, 0)
  return [...values]
}

export interface SplitContent {
  readonly text: number[][]
  readonly audio: number[][]
  readonly sentiment: number[]
}

export function splitOf(prefix: string, { text, audio, sentiment }: SplitContent): Split {
  return {
    ids: text.map((_, row) => `${prefix}${row}`),
    rawText: text.map((_, row) => `words ${row} 🙂`),
    sequences: { text: sourceOf(2, text), audio: sourceOf(1, audio) },
    targets: {
      sentiment: Float32Array.from(sentiment),
      classes: Int32Array.from(sentiment, (value) => (value > 0 ? 1 : 0)),
      emotions: Float32Array.from(sentiment.flatMap((value) => [value > 0 ? 1 : 0, 0.5, 0])),
    },
  }
}

export function datasetOf(train: SplitContent, valid: SplitContent, test: SplitContent): Dataset {
  return {
    name: 'example',
    synthetic: true,
    aligned: false,
    classNames: ['down', 'up'],
    emotionNames: ['joy', 'calm', 'fear'],
    splits: {
      train: splitOf('train', train),
      valid: splitOf('valid', valid),
      test: splitOf('test', test),
    },
    notes: ['made for a test'],
    close() {},
  }
}

/** Everything a split holds, in plain values to compare. */
export function plainSplit(split: Split) {
  const sequences = Object.entries(split.sequences).map(([modality, source]) => [
    modality,
    source.width,
    split.ids.map((_, sample) => readSample(source, sample)),
  ])
  const { ids, rawText, targets, prosody, speakers } = split
  return { ids, rawText, targets, prosody, speakers, sequences }
}

/** A split in the layout of MMSA: three samples of text (2 x 3 steps) and audio (1 x 4 steps). */
export function mmsaSplit(changes: Readonly<Record<string, Picklable | undefined>> = {}) {
  const fields: Record<string, Picklable | undefined> = {
    text: float32Array([3, 3, 2], [1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0, 0, 0]),
    text_lengths: [2, 3, 1],
    audio: float32Array([3, 4, 1], [1, 2, 3, 4, 5, 0, 0, 0, 6, 7, 0, 0]),
    audio_lengths: [4, 1, 2],
    id: new PickledObjects(['a', 'b', 'c']),
    raw_text: ['one', 'two', 'three'],
    regression_labels: float32Array([3], [-1, 0.5, 3]),
    classification_labels: float32Array([3], [0, 2, 2]),
    annotations: new PickledObjects(['Negative', 'Positive', 'Positive']),
    ...changes,
  }
  const present = Object.entries(fields).filter(
    (entry): entry is [string, Picklable] => entry[1] !== undefined,
  )
  return new Map(present)
}
