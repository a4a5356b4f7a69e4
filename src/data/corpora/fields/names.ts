/** The names that files have for splits and fields, besides those that Limbic uses. */
import type { PickleValue } from '../../../formats/pickle/index.js'
import type { Modality, SplitName } from '../../dataset.js'

/** What a mapping of a file holds, by name. */
export type Fields = ReadonlyMap<string, PickleValue>

/** In small letters; the first is Limbic's own. */
export const splitWords: Readonly<Record<SplitName, readonly string[]>> = {
  train: ['train', 'training', 'trn', 'tr'],
  valid: ['valid', 'val', 'dev', 'validation', 'devel', 'development'],
  test: ['test', 'testing', 'tst', 'te'],
}

export const modalityWords: Readonly<Record<Modality, readonly string[]>> = {
  text: ['text', 'texts', 'language', 'words', 'glove', 'txt'],
  audio: ['audio', 'acoustic', 'covarep', 'speech', 'sound', 'opensmile'],
  vision: ['vision', 'visual', 'video', 'facet', 'openface', 'face', 'image'],
}

export const labelWords = ['labels', 'label', 'y', 'targets', 'target'] as const
export const sentimentWords = ['regression_labels', 'regression_label', 'sentiment'] as const
export const classWords = [
  ...['classification_labels', 'classification_label', 'class', 'classes'],
  ...['emotion', 'emotions'],
] as const
export const idWords = [
  ...['id', 'ids', 'segment', 'segments', 'segment_id', 'segment_ids', 'sample_id', 'video_id'],
  ...['name', 'names', 'file', 'filename', 'utterance_id'],
] as const
export const transcriptWords = [
  ...['raw_text', 'raw_texts', 'transcript', 'transcription', 'sentence', 'sentences'],
  ...['utterance', 'said'],
] as const

/** A split by whatever a file calls it; undefined if that is none. */
export function splitOf(name: string): SplitName | undefined {
  const small = name.trim().toLowerCase()
  if (splitWords.train.includes(small)) return 'train'
  if (splitWords.valid.includes(small)) return 'valid'
  return splitWords.test.includes(small) ? 'test' : undefined
}

/** The first of some names that a file has, as it is written there. */
export function firstOf(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    if (fields.has(name)) return name
    const written = [...fields.keys()].find((key) => key.toLowerCase() === name)
    if (written !== undefined) return written
  }
  return undefined
}

/** What stands under the first of some names that a file has, unless it is None. */
export function fieldValue(fields: Fields, names: readonly string[]): PickleValue | undefined {
  const name = firstOf(fields, names)
  return name === undefined ? undefined : (fields.get(name) ?? undefined)
}
