import { join } from 'node:path'
import { LimbicError } from '../../errors.js'
import { closeOnFailure } from '../../files.js'
import { type InvalidPolicy, mendSplit, zeroInvalid } from '../invalid.js'
import { type NpyFile, openNpy, type StoredArray } from '../npy/index.js'
import {
  type Dataset,
  type Modality,
  modalities,
  perSplit,
  type SequenceSource,
  type Split,
  type SplitName,
  splitNames,
  type Targets,
} from '../types.js'
import { validateDataset } from '../validate.js'
import { fileNames, type Manifest, readManifest, readSamples } from './manifest.js'

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
  const sequences: Partial<Record<Modality, SequenceSource>> = {}
  for (const modality of modalities) {
    const sequence = described.sequences[modality]
    if (sequence === undefined) continue
    const { width, steps } = sequence
    const offsets = readWhole(join(folder, fileNames.offsets(name, modality)), 'int64', [
      samples + 1,
    ])
    const path = join(folder, fileNames.values(name, modality))
    const file = openNpy(path)
    open.push(file)
    checkArray(file.array, path, 'float32', [steps, width])
    checkOffsets(offsets, steps, join(folder, fileNames.offsets(name, modality)))
    sequences[modality] = raggedSource(file.array, offsets, width, inMemory)
    if (inMemory) file.close()
  }
  const { ids, rawText, speakers } = readSamples(folder, name)
  if (ids.length !== samples) {
    throw new LimbicError('the ids do not match the manifest', {
      where: join(folder, fileNames.samples(name)),
      expected: `${samples}`,
      got: `${ids.length}`,
    })
  }
  const target = (kind: keyof Targets, type: 'float32' | 'int32', ...rest: number[]) =>
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

/** The samples of one modality, one after another in one array of steps x width. */
function raggedSource(
  array: StoredArray,
  offsets: Float64Array,
  width: number,
  inMemory: boolean,
): SequenceSource {
  const start = (sample: number) => (offsets[sample] ?? 0) * width
  const lengths = Int32Array.from({ length: offsets.length - 1 }, (_, sample) => {
    return (offsets[sample + 1] ?? 0) - (offsets[sample] ?? 0)
  })
  if (!inMemory) {
    return {
      width,
      lengths,
      read(sample, target, offset) {
        array.readNumbers(start(sample), start(sample + 1) - start(sample), target, offset)
      },
    }
  }
  const values = new Float32Array(array.size)
  array.readNumbers(0, array.size, values, 0)
  return {
    width,
    lengths,
    read(sample, target, offset) {
      target.set(values.subarray(start(sample), start(sample + 1)), offset)
    },
  }
}

function readWhole(path: string, type: string, shape: readonly number[]): Float64Array {
  const file = openNpy(path)
  try {
    checkArray(file.array, path, type, shape)
    return file.array.toNumbers()
  } finally {
    file.close()
  }
}

function checkArray(
  array: StoredArray,
  path: string,
  type: string,
  shape: readonly number[],
): void {
  const [got, expected] = [`${array.type.kind} [${array.shape}]`, `${type} [${shape}]`]
  if (got === expected) return
  throw new LimbicError('the file does not match the manifest', {
    where: path,
    expected,
    got,
    hint: 'The folder mixes files of several data sets; convert the original files again',
  })
}

function checkOffsets(offsets: Float64Array, steps: number, where: string): void {
  const rising = offsets.every((offset, row) => row === 0 || offset >= (offsets[row - 1] ?? 0))
  if (rising && offsets[0] === 0 && offsets.at(-1) === steps) return
  throw new LimbicError('the offsets do not match the steps', {
    where,
    expected: `rising from 0 to ${steps}`,
    hint: 'The file is damaged; convert the original files again',
  })
}
