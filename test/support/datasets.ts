import { writeFileSync } from 'node:fs'
import type { BatchFeature } from '../../src/data/batch.js'
import {
  type Dataset,
  type Feature,
  namedFeatures,
  type SequenceSource,
  type Split,
} from '../../src/data/dataset.js'
import { typeOf, zeros } from '../../src/data/feature.js'
import { float32Array, type Picklable, PickledObjects, writePickle } from './data/pickle-writer.js'

/** A source of sequences given in full, one array of steps x width a sample. */
export function sourceOf(width: number, samples: readonly (readonly number[])[]): SequenceSource {
  return {
    width,
    lengths: Int32Array.from(samples, (values) => values.length / width),
    read: (sample, target, offset) => target.set(samples[sample] ?? [], offset),
  }
}

/** All numbers of one sample. */
export function readSample(source: Feature | undefined, sample: number): number[] {
  if (source === undefined) throw new Error('no such feature')
  const values = zeros(typeOf(source), (source.lengths[sample] ?? 0) * source.width)
  if (source.read(sample, values, 0) instanceof Promise) throw new Error('reading takes time')
  return Array.from(values, Number)
}

/** The same, an array of features each step. */
export function readSteps(source: Feature | undefined, sample: number): number[][] {
  const values = readSample(source, sample)
  const width = source?.width ?? 1
  return Array.from({ length: values.length / width }, (_, step) =>
    values.slice(step * width, (step + 1) * width),
  )
}

export interface SplitContent {
  readonly text: number[][]
  readonly audio: number[][]
  readonly sentiment: number[]
}

/** Three samples: text of 2, 1 and 1 steps, audio of 1, 3 and 2. */
export const smallContent: SplitContent = {
  text: [
    [1, 2, 3, 4],
    [5, 6],
    [7, 8],
  ],
  audio: [[1], [2, 3, 4], [5, 6]],
  sentiment: [-1, 0.5, 3],
}

export function splitOf(prefix: string, { text, audio, sentiment }: SplitContent): Split {
  return {
    ids: text.map((_, row) => `${prefix}${row}`),
    rawText: text.map((_, row) => `words ${row} 🙂`),
    features: { text: sourceOf(2, text), audio: sourceOf(1, audio) },
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
  const features = namedFeatures(split.features).map(([modality, source]) => [
    modality,
    source.width,
    split.ids.map((_, sample) => readSample(source, sample)),
  ])
  const { ids, rawText, targets, speakers } = split
  return { ids, rawText, targets, speakers, features }
}

/** Fields of a split in the layout of MMSA; undefined leaves one out. */
export type MmsaChanges = Readonly<Record<string, Picklable | undefined>>

/** A split in the layout of MMSA: three samples of text (2 x 3 steps) and audio (1 x 4 steps). */
export function mmsaSplit(changes: MmsaChanges = {}) {
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

/** What `mmsaSplit` without samples differs in. */
export const noSamples: MmsaChanges = {
  text: float32Array([0, 3, 2], []),
  text_lengths: [],
  audio: float32Array([0, 4, 1], []),
  audio_lengths: [],
  id: new PickledObjects([]),
  raw_text: [],
  regression_labels: float32Array([0], []),
  classification_labels: float32Array([0], []),
  annotations: new PickledObjects([]),
}

export type ChangedSplits = Readonly<Partial<Record<'train' | 'valid' | 'test', MmsaChanges>>>

/** Writes a pickle of three splits like `mmsaSplit`, each changed as said; gives its path. */
export function writeMmsa(
  path: string,
  changed: ChangedSplits = {},
  protocol?: Parameters<typeof writePickle>[1],
): string {
  const splits = (['train', 'valid', 'test'] as const).map(
    (name) => [name, mmsaSplit(changed[name])] as const,
  )
  writeFileSync(path, writePickle(new Map(splits), protocol))
  return path
}

/** A feature of zeros in a batch: [batch, time, width]. */
export function batchFeature(
  shape: readonly [batch: number, steps: number, width: number],
  lengths: readonly number[],
): BatchFeature {
  const [batch, steps, width] = shape
  return {
    ...{ dataType: 'float32', shape, steps, width },
    values: new Float32Array(batch * steps * width),
    lengths: Int32Array.from(lengths),
  }
}
