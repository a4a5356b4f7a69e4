/** Opens .npy folds as data sets. */

import { basename, resolve } from 'node:path'
import { closeOnFailure } from '../../../disk/files.js'
import { validateDataset } from '../../check.js'
import {
  type Dataset,
  type Modality,
  modalities,
  type SequenceSource,
  type Split,
  type SplitName,
  splitNames,
} from '../../dataset.js'
import { wholeFeature } from '../../feature.js'
import { become, mendSplit, mendTable } from '../../prepare/invalid/invalid.js'
import { subset } from '../../prepare/split/index.js'
import { type FeatureFileOptions, perPresent } from '../fields/index.js'
import { iemocapClasses } from '../iemocap.js'
import { type FoldArray, FoldFiles, integerColumn, shapeOf } from './arrays.js'
import { chooseFold } from './list.js'
import { findWordMatrix, textSource, type WordMatrix } from './text.js'

export { type Fold, isFold, listFolds } from './list.js'

/** What the splits are called in the names of the files. */
const filePrefixes: Readonly<Record<SplitName, string>> = {
  train: 'train',
  valid: 'dev',
  test: 'test',
}

/** Names of the features and of their lengths, in the order in which they are looked for. */
const fileNames: Readonly<Record<Modality, { features: readonly string[]; lengths: string }>> = {
  text: { features: ['text', 'nlp_trans'], lengths: 'text_seqN' },
  audio: { features: ['audio_mfcc'], lengths: 'audio_seqN' },
  vision: { features: ['video'], lengths: 'video_seqN' },
}

/**
 * Opens one fold of a cross-validation in the layout of Yoon et al. (2020) and of SelfCross: the
 * files `{train,dev,test}_{text,video,video_seqN,audio_mfcc,audio_prosody,audio_seqN,label}.npy`.
 *
 * `text` (or `nlp_trans`) are numbers of words or their vectors (see `textSource`); `video` and
 * `audio_mfcc` are samples x steps x width, padded at the end, with lengths in `*_seqN` (more than
 * the steps means all of them); `audio_prosody` is samples x width; `label` a class each. Where
 * the highest class is 6 and the path or the name says IEMOCAP, the classes are its seven in the order
 * in which the published data are described; the files name none. Samples without frames (`video_seqN` 0) are dropped from all
 * modalities, as the published code does.
 *
 * Features are read from the files by offset. Opening reads them once in search of invalid
 * numbers, unless `scan` is false.
 *
 * @param path the folder of a fold, or one above a single fold.
 * @throws LimbicError naming the file and row of whatever is wrong.
 */
export function openFold(path: string, options: FeatureFileOptions = {}): Dataset {
  const files = new FoldFiles(chooseFold(path))
  return closeOnFailure(files, () => {
    const dataset = readFold(files, options)
    validateDataset(dataset, files.folder, options)
    return dataset
  })
}

function readFold(files: FoldFiles, options: FeatureFileOptions): Dataset {
  let matrix: WordMatrix | undefined
  const words = () => {
    matrix ??= findWordMatrix(files)
    return matrix
  }
  const notes: string[] = []
  const present = presentSplits(files, options)
  const splits = perPresent(present, (name) => openSplit(files, name, words, options, notes))
  let highest = 0
  for (const { targets } of Object.values(splits)) {
    for (const label of targets.classes ?? []) highest = Math.max(highest, label)
  }
  const named = highest + 1 === iemocapClasses.length && saysIemocap(files.folder, options)
  if (named) {
    notes.push(`classes by their published order: ${iemocapClasses.join(', ')}`)
  }
  return {
    name: options.name ?? basename(files.folder),
    synthetic: false,
    aligned: false,
    classNames: named
      ? iemocapClasses
      : Array.from({ length: highest + 1 }, (_, index) => `class ${index}`),
    splits,
    notes,
    close: () => files.close(),
  }
}

/** The splits to read: all, or of what is there as many as are needed. */
function presentSplits(files: FoldFiles, { only, partial }: FeatureFileOptions): SplitName[] {
  if (!only && !partial) return [...splitNames]
  const there = (only ?? splitNames).filter((name) => files.has(`${filePrefixes[name]}_`))
  const present = only ? there.slice(0, 1) : there
  // Reading says which file is missing.
  return present.length > 0 ? present : ['train']
}

/** Seven numbers may be any classes: only names say that they are IEMOCAP's. */
function saysIemocap(folder: string, { name = '' }: FeatureFileOptions): boolean {
  return /iemocap/i.test(`${resolve(folder)} ${name}`)
}

function openSplit(
  files: FoldFiles,
  name: SplitName,
  words: () => WordMatrix | undefined,
  options: FeatureFileOptions,
  notes: string[],
): Split {
  const file = (part: string) => `${filePrefixes[name]}_${part}.npy`
  const find = options.unlabelled ? files.find(file('label')) : files.require(file('label'))
  const classes = find && integerColumn(find, undefined, 0)
  const samples =
    classes?.length ??
    countSamples(
      files,
      modalities.flatMap((modality) => fileNames[modality].features.map(file)),
    )
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  for (const modality of modalities) {
    const wished = options.modalities?.[modality]
    if (wished === false) continue
    const candidates = (wished === undefined ? fileNames[modality].features : [wished]).map(file)
    const features = wished === undefined ? files.find(...candidates) : files.require(...candidates)
    if (features === undefined) continue
    const lengths = files.find(file(fileNames[modality].lengths))
    sequences[modality] =
      modality === 'text'
        ? textSource(features, lengths, samples, words)
        : framesSource(features, lengths, samples, `${name}: ${modality}`, notes)
  }
  const prosody = files.find(file('audio_prosody'))
  const whole: Split = {
    ids: Array.from({ length: samples }, (_, row) => `${name}-${row}`),
    features: {
      ...sequences,
      ...(prosody && { prosody: readProsody(prosody, samples, options, name, notes) }),
    },
    targets: classes ? { classes } : {},
  }
  const frames = files.find(file('video_seqN'))
  const shown = frames && integerColumn(frames, samples, 0)
  const kept = Array.from({ length: samples }, (_, row) => row).filter((row) => shown?.[row] !== 0)
  if (kept.length < samples) {
    notes.push(
      `${name}: ${samples - kept.length} of ${samples} samples have no frames and are dropped`,
    )
  }
  const { invalid = 'mean', scan = true } = options
  const split = subset(whole, kept)
  return scan ? mendSplit(split, name, files.folder, invalid, notes) : split
}

/** How many samples there are where no labels say so. @throws LimbicError if no features are there */
function countSamples(files: FoldFiles, names: readonly string[]): number {
  const found = files.find(...names) ?? files.require(...names)
  return found.array.shape[0] ?? 0
}

/** Frames padded at the end, with their true lengths beside them. */
function framesSource(
  features: FoldArray,
  lengths: FoldArray | undefined,
  samples: number,
  what: string,
  notes: string[],
): SequenceSource {
  const [steps = 0, width = 0] = shapeOf(features, samples, 2)
  const stated = lengths
    ? integerColumn(lengths, samples, 0)
    : withoutPadding(features, samples, steps, width, what, notes)
  const trueLengths = Int32Array.from({ length: samples }, (_, row) =>
    Math.max(1, Math.min(steps, stated[row] ?? steps)),
  )
  return {
    width,
    lengths: trueLengths,
    read: (sample, target, offset) =>
      features.array.readNumbers(
        sample * steps * width,
        (trueLengths[sample] ?? 0) * width,
        target,
        offset,
      ),
  }
}

/** Lengths that no file tells: what is left without the rows of zeros at the end. */
function withoutPadding(
  { array }: FoldArray,
  samples: number,
  steps: number,
  width: number,
  what: string,
  notes: string[],
): Int32Array {
  const values = new Float32Array(steps * width)
  const lengths = Int32Array.from({ length: samples }, (_, sample) => {
    array.readNumbers(sample * steps * width, values.length, values, 0)
    const last = values.findLastIndex((value) => value !== 0)
    return Math.floor(last / width) + 1
  })
  const padded = lengths.filter((length) => length < steps).length
  notes.push(
    padded > 0
      ? `${what}: lengths by the rows of zeros, after ${padded} of ${samples}`
      : `${what}: no lengths in the files; all steps count`,
  )
  return lengths
}

function readProsody(
  prosody: FoldArray,
  samples: number,
  { invalid = 'mean', scan = true }: FeatureFileOptions,
  name: SplitName,
  notes: string[],
): SequenceSource {
  const [width = 0] = shapeOf(prosody, samples, 1)
  const values = new Float32Array(samples * width)
  prosody.array.readNumbers(0, values.length, values, 0)
  const replaced = scan ? mendTable(values, width, invalid, prosody.path) : 0
  if (replaced > 0)
    notes.push(`${name}: ${replaced} invalid numbers of the prosody ${become(invalid)}`)
  return wholeFeature(width, values)
}
