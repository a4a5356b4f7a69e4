/** The data set: splits of samples with named features and targets. */

export { type Modality, modalities } from '../base/modalities.js'
export type { Feature, Features, SequenceSource } from './feature.js'

import { inOrderOfModalities } from '../base/modalities.js'
import type { Recipe } from '../media/recipes/index.js'
import type { Feature, Features } from './feature.js'

export const splitNames = ['train', 'valid', 'test'] as const
export type SplitName = (typeof splitNames)[number]

/** Makes a value for each split, in order. */
export function perSplit<Value>(make: (name: SplitName) => Value): Record<SplitName, Value> {
  return { train: make('train'), valid: make('valid'), test: make('test') }
}

/** The targets, as far as the source has them. */
export interface Targets {
  /** Sentiment from -3 (strongly negative) to 3 (strongly positive), one number per sample. */
  readonly sentiment?: Float32Array
  /** The index of each sample's class in `Dataset.classNames`. */
  readonly classes?: Int32Array
  /**
   * Multi-label emotions: samples x `Dataset.emotionNames`, row by row, 0 or 1 (or an intensity).
   */
  readonly emotions?: Float32Array
  /** The targets of custom tasks, by name: a fixed number of values per sample, row by row. */
  readonly others?: Readonly<Record<string, Float32Array>>
}

/** The target of that name, if there is one. */
export function targetNamed(targets: Targets, name: string): Float32Array | Int32Array | undefined {
  const { others = {}, ...usual } = targets
  return Object.entries({ ...others, ...usual }).find(([known]) => known === name)?.[1]
}

/** The samples of one split, all arrays in the same order. */
export interface Split {
  readonly ids: readonly string[]
  /** The transcripts, if the source has them. */
  readonly rawText?: readonly string[]
  /** The features by name: the modalities `text`, `audio` and `vision`, and any others. */
  readonly features: Features
  readonly targets: Targets
  /** The speaker of each sample, if the source has it. */
  readonly speakers?: readonly string[]
}

/** A whole corpus, opened: cheap to hold, since sequences are read on demand. */
export interface Dataset {
  readonly name: string
  /** True for generated data, which must be called synthetic everywhere. */
  readonly synthetic: boolean
  /**
   * True if step t of every feature with time belongs to the same word, so that all lengths agree.
   */
  readonly aligned: boolean
  /** Names of the classes of `Targets.classes`, in the order of their indices. */
  readonly classNames?: readonly string[]
  /** Names of the columns of `Targets.emotions`. */
  readonly emotionNames?: readonly string[]
  readonly splits: Readonly<Record<SplitName, Split>>
  /** How the features were made, if Limbic extracted them from recordings. */
  readonly recipe?: Recipe
  /** The folder of those recordings, as an absolute path or an address, if it is known. */
  readonly recordings?: string
  /** What a reader repaired or noticed (invalid numbers replaced, samples dropped), as text. */
  readonly notes: readonly string[]
  /** Releases open files. */
  close(): void
}

/** Features with their names: modalities first, in their usual order, then any others. */
export function namedFeatures(features: Features): (readonly [name: string, feature: Feature])[] {
  return inOrderOfModalities(Object.keys(features)).flatMap((name) => {
    const feature = features[name]
    return feature ? [[name, feature] as const] : []
  })
}

/** Applies a function to each feature, by name. */
export function mapFeatures(
  features: Features,
  change: (feature: Feature, name: string) => Feature,
): Features {
  return Object.fromEntries(
    namedFeatures(features).map(([name, feature]) => [name, change(feature, name)]),
  )
}
