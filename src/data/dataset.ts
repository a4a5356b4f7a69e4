export { type Modality, modalities } from '../base/modalities.js'

import type { Modality } from '../base/modalities.js'

export const splitNames = ['train', 'valid', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** Something of each split, made in their order. */
export function perSplit<Value>(make: (name: SplitName) => Value): Record<SplitName, Value> {
  return { train: make('train'), valid: make('valid'), test: make('test') }
}

/**
 * One modality of one split: ragged sequences of feature vectors, read one sample at a time so
 * that a file larger than memory can be trained on.
 */
export interface SequenceSource {
  /** Number of features at each step. */
  readonly width: number
  /** The true length of each sample in steps; padding is never part of it. */
  readonly lengths: Int32Array
  /** Writes the `lengths[sample] * width` numbers of one sample, step by step, to `target[offset...]`. */
  read(sample: number, target: Float32Array, offset: number): void
}

/** What is to be predicted. A split holds whichever of them its source has. */
export interface Targets {
  /** Sentiment from -3 (strongly negative) to 3 (strongly positive), one number a sample. */
  readonly sentiment?: Float32Array
  /** The index of one class a sample, into `Dataset.classNames`. */
  readonly classes?: Int32Array
  /** Any number of emotions at once: samples x `Dataset.emotionNames`, row by row, 0 or 1 (or an intensity). */
  readonly emotions?: Float32Array
  /** What tasks of one's own predict, by name: as many numbers for every sample, row by row. */
  readonly others?: Readonly<Record<string, Float32Array>>
}

/** The target of that name, if there is one. */
export function targetNamed(targets: Targets, name: string): Float32Array | Int32Array | undefined {
  const { others = {}, ...usual } = targets
  return Object.entries({ ...others, ...usual }).find(([known]) => known === name)?.[1]
}

/** How the whole of each sample was spoken: samples x width, row by row. */
export interface Prosody {
  readonly width: number
  readonly values: Float32Array
}

/** The samples of one split, all arrays in the same order. */
export interface Split {
  readonly ids: readonly string[]
  /** The words as they were said, where the source has them. */
  readonly rawText?: readonly string[]
  readonly sequences: Readonly<Partial<Record<Modality, SequenceSource>>>
  readonly targets: Targets
  /** Where the source has it. */
  readonly prosody?: Prosody
  /** Who speaks in each sample, where the source tells. */
  readonly speakers?: readonly string[]
}

/** A whole corpus, opened: cheap to hold, since sequences are read on demand. */
export interface Dataset {
  readonly name: string
  /** True for generated data, which must be called synthetic wherever it shows. */
  readonly synthetic: boolean
  /** True when step t of every modality of a sample is the same word, so that all lengths agree. */
  readonly aligned: boolean
  /** Names of the classes of `Targets.classes`, in the order of their indices. */
  readonly classNames?: readonly string[]
  /** Names of the columns of `Targets.emotions`. */
  readonly emotionNames?: readonly string[]
  readonly splits: Readonly<Record<SplitName, Split>>
  /** What a reader mended or noticed while loading (invalid numbers replaced, samples dropped), for people. */
  readonly notes: readonly string[]
  /** Releases open files. */
  close(): void
}
