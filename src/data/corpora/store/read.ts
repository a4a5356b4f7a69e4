/** Opens a native store as a data set. */

import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { closeOnFailure } from '../../../disk/files.js'
import { type NpyFile, openNpy } from '../../../formats/npy/index.js'
import { validateDataset } from '../../check.js'
import {
  type Dataset,
  type Feature,
  type Features,
  mapFeatures,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
} from '../../dataset.js'
import { zeros } from '../../feature.js'
import { type InvalidPolicy, mendInvalid, mendSplit } from '../../prepare/invalid/invalid.js'
import { type LabelPolicy, settleLabels } from '../../prepare/labels/settle.js'
import { checkArray, readWhole } from './arrays.js'
import {
  fileNames,
  isUnlabelled,
  type Manifest,
  readManifest,
  readSamples,
  recordingsOf,
  type SplitManifest,
  type TargetKind,
} from './manifest.js'
import { checkOffsets, type Described, raggedFeature } from './ragged.js'

export interface StoreOptions {
  /** Features of a store up to this many bytes are held in memory; larger ones are read by offset. */
  readonly memoryLimit?: number
  /**
   * What to do with NaN and infinity among the features; 'mean' by default, which counts only those
   * held in memory. Others are replaced as they are read, without a count.
   */
  readonly invalid?: InvalidPolicy
  /**
   * What to do with sentiment outside -3 to 3, which stores written by Limbic never contain; see
   * `settleLabels`.
   */
  readonly labels?: LabelPolicy | undefined
  /** Whether to look for invalid numbers at all (default). */
  readonly scan?: boolean
  /** Whether labels may be missing, because they will be predicted. */
  readonly unlabelled?: boolean
}

const defaultMemoryLimit = 1 << 30

/**
 * Opens a folder that `writeStore` made. Small stores are held in memory, large ones read by offset.
 *
 * @throws LimbicError naming the file if one is missing, cut short, damaged, or contradicts another, or if there are
 * no labels and they may not be missing.
 */
export function openStore(folder: string, options: StoreOptions = {}): Dataset {
  const manifest = readManifest(folder)
  const unlabelled = isUnlabelled(manifest)
  if (unlabelled && options.unlabelled !== true) {
    throw new LimbicError('the data have no labels', {
      where: folder,
      hint: 'They can only be predicted: limbic predict RUN FOLDER; to train, extract recordings with labels',
    })
  }
  const inMemory = featureBytes(manifest) <= (options.memoryLimit ?? defaultMemoryLimit)
  const open: NpyFile[] = []
  const close = () => {
    for (const file of open) file.close()
  }
  return closeOnFailure({ close }, () => {
    const notes = [...manifest.notes]
    const split = (name: SplitName) => {
      const content = readSplit(folder, name, manifest, inMemory, open)
      if (options.scan === false) return content
      const { invalid = 'mean' } = options
      if (inMemory) return mendSplit(content, name, folder, invalid, notes)
      // Files too large for memory are not scanned either, which would read them twice.
      return invalid === 'refuse' ? content : mendWhileReading(content, invalid)
    }
    const dataset: Dataset = {
      name: manifest.name,
      synthetic: manifest.synthetic,
      aligned: manifest.aligned,
      ...(manifest.classNames && { classNames: manifest.classNames }),
      ...(manifest.emotionNames && { emotionNames: manifest.emotionNames }),
      ...(manifest.recipe && { recipe: manifest.recipe }),
      ...(manifest.recordings !== undefined && {
        recordings: recordingsOf(folder, manifest.recordings),
      }),
      notes,
      splits: perSplit(split),
      close,
    }
    const settled = settleLabels(dataset, options.labels)
    validateDataset(settled, folder, { unlabelled, partial: unlabelled })
    return settled
  })
}

function mendWhileReading(split: Split, policy: InvalidPolicy): Split {
  const mend = (feature: Feature) => mendInvalid(feature, policy)
  return { ...split, features: mapFeatures(split.features, mend) }
}

function featureBytes(manifest: Manifest): number {
  let bytes = 0
  for (const name of splitNames) {
    for (const { width, steps, dataType = 'float32' } of Object.values(
      manifest.splits[name].sequences,
    )) {
      bytes += zeros(dataType, 0).BYTES_PER_ELEMENT * width * steps
    }
  }
  return bytes
}

function readSplit(
  folder: string,
  name: SplitName,
  manifest: Manifest,
  inMemory: boolean,
  open: NpyFile[],
): Split {
  const described = manifest.splits[name]
  const { samples } = described
  const { ids, rawText, speakers } = readSamples(folder, name)
  if (ids.length !== samples) {
    throw new LimbicError('the ids do not match the manifest', {
      where: join(folder, fileNames.samples(name)),
      expected: `${samples}`,
      got: `${ids.length}`,
    })
  }
  const features = readFeatures(folder, name, described, inMemory, open)
  const target = (kind: TargetKind, type: 'float32' | 'int32', ...rest: number[]) =>
    described.targets.includes(kind)
      ? readWhole(join(folder, fileNames.target(name, kind)), type, [samples, ...rest])
      : undefined
  const sentiment = target('sentiment', 'float32')
  const classes = target('classes', 'int32')
  const emotions = target('emotions', 'float32', manifest.emotionNames?.length ?? 0)
  const others = Object.entries(described.others ?? {}).map(([other, width]) => {
    const path = join(folder, fileNames.target(name, other))
    return [other, Float32Array.from(readWhole(path, 'float32', [samples, width]))] as const
  })
  return {
    ids,
    ...(rawText && { rawText }),
    ...(speakers && { speakers }),
    features,
    targets: {
      ...(sentiment && { sentiment: Float32Array.from(sentiment) }),
      ...(classes && { classes: Int32Array.from(classes) }),
      ...(emotions && { emotions: Float32Array.from(emotions) }),
      ...(others.length > 0 && { others: Object.fromEntries(others) }),
    },
  }
}

/**
 * @param open receives each file as it is opened, so that the caller can close it after a failure
 */
function readFeatures(
  folder: string,
  name: SplitName,
  { samples, sequences, prosody, whole = {} }: SplitManifest,
  inMemory: boolean,
  open: NpyFile[],
): Features {
  const features: Record<string, Feature> = {}
  const read = (feature: string, described: Described, steps: number, offsets: Float64Array) => {
    const { width, shape = [width], dataType = 'float32' } = described
    const path = join(folder, fileNames.values(name, feature))
    const file = openNpy(path)
    open.push(file)
    checkArray(file.array, path, dataType, [steps, ...shape])
    features[feature] = raggedFeature(file.array, offsets, described, inMemory)
    if (inMemory) file.close()
  }
  for (const [feature, described] of Object.entries(sequences)) {
    const path = join(folder, fileNames.offsets(name, feature))
    const offsets = readWhole(path, 'int64', [samples + 1])
    checkOffsets(offsets, described.steps, path)
    read(feature, described, described.steps, offsets)
  }
  const each = Float64Array.from({ length: samples + 1 }, (_, sample) => sample)
  const wholes = { ...(prosody !== undefined && { prosody: { width: prosody } }), ...whole }
  for (const [feature, described] of Object.entries(wholes)) {
    read(feature, { ...described, time: false }, samples, each)
  }
  return features
}
