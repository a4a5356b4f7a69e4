import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { closeOnFailure } from '../../../disk/files.js'
import { type NpyFile, openNpy } from '../../../formats/npy/index.js'
import { validateDataset } from '../../check.js'
import {
  type Dataset,
  type Modality,
  modalities,
  perSplit,
  type SequenceSource,
  type Split,
  type SplitName,
  splitNames,
} from '../../dataset.js'
import { type InvalidPolicy, mendSplit, zeroInvalid } from '../../prepare/invalid/invalid.js'
import { checkArray, readWhole } from './arrays.js'
import {
  fileNames,
  type Manifest,
  readManifest,
  readSamples,
  type SplitManifest,
  type TargetKind,
} from './manifest.js'
import { checkOffsets, raggedSource } from './ragged.js'

export interface StoreOptions {
  /** Features of a store up to this many bytes are held in memory; larger ones are read by offset. */
  readonly memoryLimit?: number
  /**
   * What to do with NaN and infinity among the features; 'refuse' by default, which looks only at
   * those held in memory. Others are replaced as they are read, uncounted.
   */
  readonly invalid?: InvalidPolicy
  /** Whether to look for invalid numbers at all (default). */
  readonly scan?: boolean
}

const defaultMemoryLimit = 1 << 30

/**
 * Opens a folder that `writeStore` made. Small stores are held in memory, large ones read by offset.
 *
 * @throws LimbicError naming the file if one is missing, cut short, damaged, or contradicts another.
 */
export function openStore(folder: string, options: StoreOptions = {}): Dataset {
  const manifest = readManifest(folder)
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
      if (inMemory) return mendSplit(content, name, folder, options.invalid ?? 'refuse', notes)
      // What is too large to hold is not read twice either.
      return options.invalid === 'replace' ? mendWhileReading(content) : content
    }
    const dataset: Dataset = {
      name: manifest.name,
      synthetic: manifest.synthetic,
      aligned: manifest.aligned,
      ...(manifest.classNames && { classNames: manifest.classNames }),
      ...(manifest.emotionNames && { emotionNames: manifest.emotionNames }),
      notes,
      splits: perSplit(split),
      close,
    }
    validateDataset(dataset, folder)
    return dataset
  })
}

function mendWhileReading(split: Split): Split {
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  for (const modality of modalities) {
    const stored = split.sequences[modality]
    if (stored) sequences[modality] = zeroInvalid(stored)
  }
  return { ...split, sequences }
}

function featureBytes(manifest: Manifest): number {
  let bytes = 0
  for (const name of splitNames) {
    for (const modality of modalities) {
      const { width = 0, steps = 0 } = manifest.splits[name].sequences[modality] ?? {}
      bytes += 4 * width * steps
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
  const sequences = readSequences(folder, name, described, inMemory, open)
  const { ids, rawText, speakers } = readSamples(folder, name)
  if (ids.length !== samples) {
    throw new LimbicError('the ids do not match the manifest', {
      where: join(folder, fileNames.samples(name)),
      expected: `${samples}`,
      got: `${ids.length}`,
    })
  }
  const target = (kind: TargetKind, type: 'float32' | 'int32', ...rest: number[]) =>
    described.targets.includes(kind)
      ? readWhole(join(folder, fileNames.target(name, kind)), type, [samples, ...rest])
      : undefined
  const sentiment = target('sentiment', 'float32')
  const classes = target('classes', 'int32')
  const emotions = target('emotions', 'float32', manifest.emotionNames?.length ?? 0)
  const { prosody: width } = described
  const prosody =
    width === undefined
      ? undefined
      : readWhole(join(folder, fileNames.prosody(name)), 'float32', [samples, width])
  return {
    ids,
    ...(rawText && { rawText }),
    ...(speakers && { speakers }),
    ...(width !== undefined &&
      prosody && { prosody: { width, values: Float32Array.from(prosody) } }),
    sequences,
    targets: {
      ...(sentiment && { sentiment: Float32Array.from(sentiment) }),
      ...(classes && { classes: Int32Array.from(classes) }),
      ...(emotions && { emotions: Float32Array.from(emotions) }),
    },
  }
}

/** @param open is given each file as it is opened, so that it can be closed whatever comes after */
function readSequences(
  folder: string,
  name: SplitName,
  { samples, sequences: described }: SplitManifest,
  inMemory: boolean,
  open: NpyFile[],
): Split['sequences'] {
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  for (const modality of modalities) {
    const sequence = described[modality]
    if (sequence === undefined) continue
    const { width, steps } = sequence
    const offsetsPath = join(folder, fileNames.offsets(name, modality))
    const offsets = readWhole(offsetsPath, 'int64', [samples + 1])
    const path = join(folder, fileNames.values(name, modality))
    const file = openNpy(path)
    open.push(file)
    checkArray(file.array, path, 'float32', [steps, width])
    checkOffsets(offsets, steps, offsetsPath)
    sequences[modality] = raggedSource(file.array, offsets, width, inMemory)
    if (inMemory) file.close()
  }
  return sequences
}
