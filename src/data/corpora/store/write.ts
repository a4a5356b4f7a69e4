import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { explainFileError, lookAt, writeContentSafely } from '../../../disk/files.js'
import { writeNpy } from '../../../formats/npy/index.js'
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
import {
  fileNames,
  type Manifest,
  manifestName,
  type Samples,
  type SplitManifest,
  storeVersion,
  type TargetKind,
} from './manifest.js'

export interface WriteStoreOptions {
  /** Replace a file or folder in the way that is no store; otherwise it is a mistake. */
  readonly replace?: boolean
}

/** Steps are gathered to pieces of about this many numbers before they are written. */
const pieceNumbers = 1 << 18

/**
 * Writes a data set as a folder of plain `.npy` files and `manifest.json`: per split and modality
 * the true steps of all samples one after another (float32, steps x width) and the offsets of the
 * samples (int64, samples + 1), the targets, prosody, ids, raw texts and speakers. Reads one sample at a time.
 *
 * All is written to a hidden folder beside, which is renamed when it is complete; a store already
 * there is replaced. After a failure nothing new is left, and what was there stays.
 *
 * @throws LimbicError if the data set is not valid, the place cannot be written, or something
 * other than a store is there.
 */
export function writeStore(
  dataset: Dataset,
  folder: string,
  options: WriteStoreOptions = {},
): void {
  validateDataset(dataset, dataset.name)
  const path = resolve(folder)
  refuseForeignContent(path, options)
  const beside = hiddenNeighbour(path, 'partial')
  try {
    mkdirSync(beside, { recursive: true })
  } catch (error) {
    throw explainFileError(error, path)
  }
  try {
    for (const name of splitNames) writeSplit(dataset, name, beside)
    writeContentSafely(
      join(beside, manifestName),
      `${JSON.stringify(describeDataset(dataset), null, 2)}\n`,
    )
    putInPlace(beside, path)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    // The hidden folder's name would tell nobody anything.
    const hidden = error instanceof LimbicError && error.details.where?.startsWith(beside)
    throw explainFileError(hidden ? error.cause : error, path)
  }
}

function hiddenNeighbour(path: string, ending: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.${ending}`)
}

/**
 * Makes sure that a store may be put at a place, before any work is done for it.
 *
 * @throws LimbicError if something else than a store is there and may not be replaced, or never
 * may be, because the work goes on in it
 */
export function refuseForeignContent(folder: string, { replace }: WriteStoreOptions = {}): void {
  const path = resolve(folder)
  const there = lookAt(path)
  if (there === undefined) return
  const isFolder = there.isDirectory()
  if (isFolder && (existsSync(join(path, manifestName)) || readdirSync(path).length === 0)) return
  if (`${process.cwd()}${sep}`.startsWith(path.endsWith(sep) ? path : `${path}${sep}`)) {
    throw new LimbicError('a data set cannot take the place of the folder that you are in', {
      where: path,
      hint: 'Name a new folder',
    })
  }
  if (replace) return
  throw new LimbicError(`${isFolder ? 'a folder' : 'a file'} with something else is in the way`, {
    where: path,
    hint: 'Name a new folder; without --force only a data set of Limbic is replaced',
  })
}

function putInPlace(beside: string, path: string): void {
  if (!existsSync(path)) {
    renameSync(beside, path)
    return
  }
  const former = hiddenNeighbour(path, 'former')
  renameSync(path, former)
  try {
    renameSync(beside, path)
  } catch (error) {
    renameSync(former, path)
    throw error
  }
  rmSync(former, { recursive: true, force: true })
}

function writeSplit(dataset: Dataset, name: SplitName, folder: string): void {
  const split = dataset.splits[name]
  for (const modality of modalities) {
    const source = split.sequences[modality]
    if (source) writeSequences(source, name, modality, folder)
  }
  const samples = split.ids.length
  const { sentiment, classes, emotions } = split.targets
  const path = (kind: TargetKind) => join(folder, fileNames.target(name, kind))
  if (sentiment) writeNpy(path('sentiment'), 'Float32Array', [samples], (put) => put(sentiment))
  if (classes) writeNpy(path('classes'), 'Int32Array', [samples], (put) => put(classes))
  if (emotions) {
    const shape = [samples, dataset.emotionNames?.length ?? 0]
    writeNpy(path('emotions'), 'Float32Array', shape, (put) => put(emotions))
  }
  const { prosody } = split
  if (prosody) {
    const shape = [samples, prosody.width]
    const path = join(folder, fileNames.prosody(name))
    writeNpy(path, 'Float32Array', shape, (put) => put(prosody.values))
  }
  const content: Samples = {
    ids: [...split.ids],
    ...(split.rawText && { rawText: [...split.rawText] }),
    ...(split.speakers && { speakers: [...split.speakers] }),
  }
  writeContentSafely(join(folder, fileNames.samples(name)), JSON.stringify(content))
}

function writeSequences(
  source: SequenceSource,
  split: SplitName,
  modality: Modality,
  folder: string,
): void {
  const { width, lengths } = source
  const path = join(folder, fileNames.values(split, modality))
  writeNpy(path, 'Float32Array', [totalSteps(lengths), width], (put) => {
    const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
    const piece = new Float32Array(Math.max(pieceNumbers, longest * width))
    let filled = 0
    lengths.forEach((length, sample) => {
      if (filled + length * width > piece.length) {
        put(piece.subarray(0, filled))
        filled = 0
      }
      source.read(sample, piece, filled)
      filled += length * width
    })
    put(piece.subarray(0, filled))
  })
  const offsets = new BigInt64Array(lengths.length + 1)
  let end = 0
  lengths.forEach((length, sample) => {
    end += length
    offsets[sample + 1] = BigInt(end)
  })
  const offsetsPath = join(folder, fileNames.offsets(split, modality))
  writeNpy(offsetsPath, 'BigInt64Array', [offsets.length], (put) => put(offsets))
}

function totalSteps(lengths: Int32Array): number {
  return lengths.reduce((sum, length) => sum + length, 0)
}

function describeDataset(dataset: Dataset): Manifest {
  return {
    format: 'limbic-dataset',
    version: storeVersion,
    name: dataset.name,
    synthetic: dataset.synthetic,
    aligned: dataset.aligned,
    ...(dataset.classNames && { classNames: [...dataset.classNames] }),
    ...(dataset.emotionNames && { emotionNames: [...dataset.emotionNames] }),
    notes: [...dataset.notes],
    splits: perSplit((name) => describeSplit(dataset.splits[name])),
  }
}

function describeSplit(split: Split): SplitManifest {
  const sequences: SplitManifest['sequences'] = {}
  for (const modality of modalities) {
    const source = split.sequences[modality]
    if (source) sequences[modality] = { width: source.width, steps: totalSteps(source.lengths) }
  }
  const kinds = ['sentiment', 'classes', 'emotions'] as const
  return {
    samples: split.ids.length,
    sequences,
    targets: kinds.filter((kind) => split.targets[kind] !== undefined),
    ...(split.prosody && { prosody: split.prosody.width }),
  }
}
