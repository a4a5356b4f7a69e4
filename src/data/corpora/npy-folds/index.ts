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
import { settleLabels } from '../../prepare/labels/settle.js'
import { subset } from '../../prepare/split/index.js'
import { type FeatureFileOptions, perPresent } from '../fields/index.js'
import { iemocapClasses } from '../iemocap.js'
import { type FoldArray, FoldFiles, integerColumn, shapeOf } from './arrays.js'
import {
  type FoldLabels,
  foldLabels,
  highestClass,
  type LabelColumn,
  readLabelColumn,
} from './labels.js'
import { chooseFold, prefixesOf } from './list.js'
import { findWordMatrix, textSource, type WordMatrix } from './text.js'

export { type Fold, isFold, listFolds } from './list.js'

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
 * `text` (or `nlp_trans`) holds word ids or word vectors (see `textSource`); `video` and
 * `audio_mfcc` are samples x steps x width, padded at the end, with lengths in `*_seqN` (more than
 * the steps means all of them); `audio_prosody` is samples x width; `label` is a class index or a
 * sentiment (see `foldLabels`). The files do not name the classes: if the highest index is 6 and
 * the path or the name contains IEMOCAP, they are its seven classes in the published order. Samples
 * without frames (`video_seqN` 0) are dropped from all modalities, as in the published code.
 *
 * Features are read from the files by offset. Opening reads them once to find invalid numbers,
 * unless `scan` is false.
 *
 * @param path the folder of a fold, or a folder that contains a single fold.
 * @throws LimbicError that names the file and row.
 */
export function openFold(path: string, options: FeatureFileOptions = {}): Dataset {
  const files = new FoldFiles(chooseFold(path, options))
  return closeOnFailure(files, () => {
    const whole = readFold(files, options)
    const dataset = options.unlabelled ? whole : settleLabels(whole, options.labels)
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
  const columns = options.unlabelled ? new Map() : labelColumns(files, present, options)
  const labels = foldLabels(columns, options.labels)
  const splits = perPresent(
    present.map(({ name }) => name),
    (name) => {
      const prefix = present.find((split) => split.name === name)?.prefix ?? name
      const file = (part: string) => `${prefix}_${part}.npy`
      const samples = columns.get(name)?.values.length
      return openSplit(files, { name, file, samples, labels }, words, options, notes)
    },
  )
  const highest = highestClass(Object.values(splits).map(({ targets }) => targets))
  const classed = Object.values(splits).some(({ targets }) => targets.classes)
  const named =
    classed && highest + 1 === iemocapClasses.length && saysIemocap(files.folder, options)
  if (named) {
    notes.push(`classes by their published order: ${iemocapClasses.join(', ')}`)
  }
  return {
    name: options.name ?? basename(files.folder),
    synthetic: false,
    aligned: false,
    ...(classed && {
      classNames: named
        ? iemocapClasses
        : Array.from({ length: highest + 1 }, (_, index) => `class ${index}`),
    }),
    splits,
    notes,
    close: () => files.close(),
  }
}

interface PresentSplit {
  readonly name: SplitName
  /** The prefix of its files' names. */
  readonly prefix: string
}

/** The splits to read: all, or those that exist if some may be missing. */
function presentSplits(files: FoldFiles, options: FeatureFileOptions): PresentSplit[] {
  const { only, partial } = options
  const found = (name: SplitName) =>
    prefixesOf(name, options).find((prefix) => files.has(`${prefix}_`))
  // A missing file is reported when it is read.
  const all = (names: readonly SplitName[]) =>
    names.map((name) => ({ name, prefix: found(name) ?? prefixesOf(name, options)[0] ?? name }))
  if (!only && !partial) return all(splitNames)
  const there = (only ?? splitNames).filter((name) => found(name) !== undefined)
  const present = only ? there.slice(0, 1) : there
  return all(present.length > 0 ? present : ['train'])
}

function labelColumns(
  files: FoldFiles,
  present: readonly PresentSplit[],
  { names = {} }: FeatureFileOptions,
): ReadonlyMap<SplitName, LabelColumn> {
  return new Map(
    present.map(({ name, prefix }) => [
      name,
      readLabelColumn(files.require(`${prefix}_${names.labels ?? 'label'}.npy`)),
    ]),
  )
}

/** Seven classes need not be IEMOCAP's, so the path or the name must say so. */
function saysIemocap(folder: string, { name = '' }: FeatureFileOptions): boolean {
  return /iemocap/i.test(`${resolve(folder)} ${name}`)
}

interface FoldSplit {
  readonly name: SplitName
  /** The file of a part, such as `train_text.npy`. */
  file(part: string): string
  /** Undefined without labels to count. */
  readonly samples: number | undefined
  readonly labels: FoldLabels
}

function openSplit(
  files: FoldFiles,
  { name, file, samples: labelled, labels }: FoldSplit,
  words: () => WordMatrix | undefined,
  options: FeatureFileOptions,
  notes: string[],
): Split {
  const samples =
    labelled ??
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
    targets: labelled === undefined ? {} : labels.targets(name),
  }
  const frames = files.find(file('video_seqN'))
  const shown = frames && integerColumn(frames, samples, 0)
  const rows = Array.from({ length: samples }, (_, row) => row)
  const seen = rows.filter((row) => shown?.[row] !== 0)
  if (seen.length < samples) {
    notes.push(
      `${name}: ${samples - seen.length} of ${samples} samples have no frames and are dropped`,
    )
  }
  const kept = seen.filter((row) => labels.has(name, row) || labelled === undefined)
  if (kept.length < seen.length) {
    notes.push(`${name}: ${seen.length - kept.length} samples without a label (NaN) are left out`)
  }
  const { invalid = 'mean', scan = true } = options
  const split = subset(whole, kept)
  return scan ? mendSplit(split, name, files.folder, invalid, notes) : split
}

/** The number of samples of a split without labels. @throws LimbicError if there are no features */
function countSamples(files: FoldFiles, names: readonly string[]): number {
  const found = files.find(...names) ?? files.require(...names)
  return found.array.shape[0] ?? 0
}

/** Frames padded at the end, with their true lengths in another file. */
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

/** Lengths if no file states them: the steps before the rows of zeros at the end. */
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
