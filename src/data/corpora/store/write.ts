/** Writes a data set as a native store. */

import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { explainFileError, lookAt, makeFolder, writeContentSafely } from '../../../disk/files.js'
import { writeNpy, writeNpyInTime } from '../../../formats/npy/index.js'
import { validateDataset } from '../../check.js'
import {
  type Dataset,
  namedFeatures,
  perSplit,
  type Split,
  type SplitName,
  splitNames,
} from '../../dataset.js'
import { type Feature, type FeatureType, hasTime, shapeOf, typeOf, zeros } from '../../feature.js'
import {
  fileNames,
  type Manifest,
  manifestName,
  recordingsFrom,
  type Samples,
  type SplitManifest,
  storeVersion,
} from './manifest.js'

export interface WriteStoreOptions {
  /** Replace an existing file or folder even if it is not a store; by default that is an error. */
  readonly replace?: boolean
}

/** Steps are buffered into chunks of about this many numbers before they are written. */
const pieceNumbers = 1 << 18

/**
 * Writes a data set as a folder of plain `.npy` files and `manifest.json`: per split and feature
 * the true steps of all samples one after another ([steps, ...shape of a step], mostly float32) and,
 * along time, the offsets of the samples (int64, samples + 1), the targets, ids, raw texts and
 * speakers. Samples are read one at a time.
 *
 * Everything is written to a hidden folder next to the target, which is renamed when complete and
 * replaces an existing store. After a failure nothing new is left, and an existing store is
 * unchanged.
 *
 * A data set without any labels may have empty splits, since it can only be predicted.
 *
 * @throws LimbicError if the data set is not valid, the folder cannot be written, or something
 * other than a store is there.
 */
export async function writeStore(
  dataset: Dataset,
  folder: string,
  options: WriteStoreOptions = {},
): Promise<void> {
  const unlabelled = !splitNames.some((name) => isLabelled(dataset.splits[name]))
  validateDataset(dataset, dataset.name, { unlabelled, partial: unlabelled })
  refuseNames(dataset)
  const path = resolve(folder)
  refuseForeignContent(path, options)
  const beside = hiddenNeighbour(path, 'partial')
  try {
    makeFolder(beside)
  } catch (error) {
    throw explainFileError(error, path)
  }
  try {
    for (const name of splitNames) await writeSplit(dataset, name, beside)
    writeContentSafely(
      join(beside, manifestName),
      `${JSON.stringify(describeDataset(dataset, path), null, 2)}\n`,
    )
    putInPlace(beside, path)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    // Name the folder that the user gave, not the hidden one.
    const hidden = error instanceof LimbicError && error.details.where?.startsWith(beside)
    throw explainFileError(hidden ? error.cause : error, path)
  }
}

const isLabelled = ({ targets: { others = {}, ...known } }: Split): boolean =>
  Object.values(known).some((values) => values !== undefined) || Object.keys(others).length > 0

/** Features and targets are files under their names. */
function refuseNames({ name, splits: { train } }: Dataset): void {
  const own = [
    ...namedFeatures(train.features).map(([feature]) => feature),
    ...Object.keys(train.targets.others ?? {}),
  ]
  const taken = ['sentiment', 'classes', 'emotions', 'samples']
  for (const [index, given] of own.entries()) {
    const fits = /^[A-Za-z][A-Za-z0-9]*$/.test(given)
    if (fits && !taken.includes(given) && own.indexOf(given) === index) continue
    throw new LimbicError('a data set with this name in it cannot be stored', {
      where: name,
      expected: `letters and digits, each name once, and none of ${taken.join(', ')}`,
      got: given,
    })
  }
}

function hiddenNeighbour(path: string, ending: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.${ending}`)
}

/**
 * Checks that a store may be written to a path, before any work is done.
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
    throw new LimbicError('a data set cannot replace the current folder', {
      where: path,
      hint: 'Name a new folder',
    })
  }
  if (replace) return
  throw new LimbicError(`${isFolder ? 'a folder' : 'a file'} with other content is in the way`, {
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

async function writeSplit(dataset: Dataset, name: SplitName, folder: string): Promise<void> {
  const split = dataset.splits[name]
  for (const [feature, content] of namedFeatures(split.features)) {
    await writeFeature(content, name, feature, folder)
  }
  const samples = split.ids.length
  const { sentiment, classes, emotions, others = {} } = split.targets
  const path = (target: string) => join(folder, fileNames.target(name, target))
  if (sentiment) writeNpy(path('sentiment'), 'Float32Array', [samples], (put) => put(sentiment))
  if (classes) writeNpy(path('classes'), 'Int32Array', [samples], (put) => put(classes))
  if (emotions) {
    const shape = [samples, dataset.emotionNames?.length ?? 0]
    writeNpy(path('emotions'), 'Float32Array', shape, (put) => put(emotions))
  }
  for (const [other, values] of Object.entries(others)) {
    const shape = [samples, values.length / samples]
    writeNpy(path(other), 'Float32Array', shape, (put) => put(values))
  }
  const content: Samples = {
    ids: [...split.ids],
    ...(split.rawText && { rawText: [...split.rawText] }),
    ...(split.speakers && { speakers: [...split.speakers] }),
  }
  writeContentSafely(join(folder, fileNames.samples(name)), JSON.stringify(content))
}

const arrays = {
  float32: 'Float32Array',
  int64: 'BigInt64Array',
  uint8: 'Uint8Array',
} as const satisfies Record<FeatureType, string>

async function writeFeature(
  feature: Feature,
  split: SplitName,
  name: string,
  folder: string,
): Promise<void> {
  const { width, lengths } = feature
  const type = typeOf(feature)
  const path = join(folder, fileNames.values(split, name))
  await writeNpyInTime(
    path,
    arrays[type],
    [totalSteps(lengths), ...shapeOf(feature)],
    async (put) => {
      const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
      const piece = zeros(type, Math.max(pieceNumbers, longest * width))
      let filled = 0
      for (const [sample, length] of lengths.entries()) {
        if (filled + length * width > piece.length) {
          put(piece.subarray(0, filled))
          filled = 0
        }
        const reading = feature.read(sample, piece, filled)
        if (reading instanceof Promise) await reading
        filled += length * width
      }
      put(piece.subarray(0, filled))
    },
  )
  if (!hasTime(feature)) return
  const offsets = new BigInt64Array(lengths.length + 1)
  let end = 0
  lengths.forEach((length, sample) => {
    end += length
    offsets[sample + 1] = BigInt(end)
  })
  const offsetsPath = join(folder, fileNames.offsets(split, name))
  writeNpy(offsetsPath, 'BigInt64Array', [offsets.length], (put) => put(offsets))
}

function totalSteps(lengths: Int32Array): number {
  return lengths.reduce((sum, length) => sum + length, 0)
}

function describeDataset(dataset: Dataset, path: string): Manifest {
  const { recordings } = dataset
  return {
    format: 'limbic-dataset',
    version: storeVersion,
    name: dataset.name,
    synthetic: dataset.synthetic,
    aligned: dataset.aligned,
    ...(dataset.classNames && { classNames: [...dataset.classNames] }),
    ...(dataset.emotionNames && { emotionNames: [...dataset.emotionNames] }),
    notes: [...dataset.notes],
    ...(dataset.recipe && { recipe: dataset.recipe }),
    ...(recordings !== undefined && { recordings: recordingsFrom(path, recordings) }),
    splits: perSplit((name) => describeSplit(dataset.splits[name])),
  }
}

function describeSplit(split: Split): SplitManifest {
  const sequences: SplitManifest['sequences'] = {}
  const whole: NonNullable<SplitManifest['whole']> = {}
  for (const [name, { width, shape, dataType, time, lengths }] of namedFeatures(split.features)) {
    const unusual = { ...(shape && { shape: [...shape] }), ...(dataType && { dataType }) }
    if (time === false) whole[name] = { width, ...unusual }
    else sequences[name] = { width, steps: totalSteps(lengths), ...unusual, ...(time && { time }) }
  }
  const kinds = ['sentiment', 'classes', 'emotions'] as const
  const { others } = split.targets
  const samples = split.ids.length
  const { prosody, ...rest } = whole
  // As stores without other features have it.
  const plain = prosody && !prosody.shape && !prosody.dataType
  const left = plain ? rest : whole
  return {
    samples,
    sequences,
    targets: kinds.filter((kind) => split.targets[kind] !== undefined),
    ...(others && {
      others: Object.fromEntries(
        Object.entries(others).map(([name, values]) => [name, values.length / samples]),
      ),
    }),
    ...(plain && { prosody: prosody.width }),
    ...(Object.keys(left).length > 0 && { whole: left }),
  }
}
