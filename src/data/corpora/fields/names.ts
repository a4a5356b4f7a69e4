/** The names that files have for splits and fields, besides those that Limbic uses. */
import { LimbicError } from '../../../base/errors.js'
import { nearest } from '../../../base/schema.js'
import type { PickleValue } from '../../../formats/pickle/index.js'
import { type Modality, type SplitName, splitNames } from '../../dataset.js'
import type { PartsOptions } from '../../parts.js'

/** The entries of a dictionary in a file, by name. */
export type Fields = ReadonlyMap<string, PickleValue>

/** In lower case; the first is Limbic's own. */
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

/** A split by a file's name for it; undefined if the name is unknown. */
export function splitOf(name: string): SplitName | undefined {
  const small = name.trim().toLowerCase()
  if (splitWords.train.includes(small)) return 'train'
  if (splitWords.valid.includes(small)) return 'valid'
  return splitWords.test.includes(small) ? 'test' : undefined
}

/** The split that a name in a file means: one given in the options, or a usual one. */
export function splitNamed(name: string, { names = {} }: PartsOptions): SplitName | undefined {
  const told = splitNames.find((split) => names[split] === name)
  if (told !== undefined) return told
  const known = splitOf(name)
  // If the options give a split another name, its usual names do not count.
  return known !== undefined && names[known] === undefined ? known : undefined
}

/**
 * The fields with those named in the options as labels or ids renamed to Limbic's names.
 *
 * @throws LimbicError if there is no field of a given name
 */
export function renameFields(
  fields: Fields,
  { names = {} }: Pick<PartsOptions, 'names'>,
  where: string,
): Fields {
  let renamed = fields
  for (const [part, words] of [
    ['labels', [...labelWords, ...sentimentWords, ...classWords, 'annotation', 'annotations']],
    ['id', idWords],
  ] as const) {
    const name = names[part]
    if (name === undefined) continue
    const value = fields.get(name)
    if (value === undefined) {
      const near = nearest(name, [...fields.keys()])
      throw new LimbicError(`no field called "${name}" for ${part}`, {
        where,
        got: [...fields.keys()].slice(0, 20).join(', '),
        ...(near && { hint: `The nearest is "${near}"` }),
      })
    }
    const others: [string, PickleValue][] = [...renamed].filter(
      ([key]) => key !== name && !words.some((word) => word === key.toLowerCase()),
    )
    const own = part === 'labels' && isOfMmsa(fields) ? sentimentWords[0] : words[0]
    renamed = new Map([...others, [own, value]])
  }
  return renamed
}

/** Whether fields are those of an MMSA file, by the names of its labels, tokens and lengths. */
function isOfMmsa(fields: Fields): boolean {
  const marks: readonly string[] = [...sentimentWords, ...classWords, 'annotations', 'text_bert']
  return [...fields.keys()].some((name) => marks.includes(name) || name.endsWith('_lengths'))
}

/** The first of some names that the file has, as spelled in the file. */
export function firstOf(fields: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    if (fields.has(name)) return name
    const written = [...fields.keys()].find((key) => key.toLowerCase() === name)
    if (written !== undefined) return written
  }
  return undefined
}

/** The value under the first of some names that the file has, unless it is None. */
export function fieldValue(fields: Fields, names: readonly string[]): PickleValue | undefined {
  const name = firstOf(fields, names)
  return name === undefined ? undefined : (fields.get(name) ?? undefined)
}
