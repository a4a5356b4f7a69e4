/** Opens a data set of any supported format. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { closeOnFailure, explainFileError, lookAt } from '../disk/files.js'
import { type ContentKind, describeKind, sniffFile } from '../formats/content/index.js'
import { hasCells } from '../formats/table/csv.js'
import { openValues } from '../formats/tree/index.js'
import { isSequenceFile } from './corpora/csd/index.js'
import { type MmsaOptions, openMmsa } from './corpora/mmsa/index.js'
import { isMultLayout, openMult } from './corpora/mult/index.js'
import { isFold, listFolds, openFold } from './corpora/npy-folds/index.js'
import { rawLayoutOf } from './corpora/raw/index.js'
import {
  manifestName,
  openStore,
  type StoreOptions,
  type WriteStoreOptions,
  writeStore,
} from './corpora/store/index.js'
import { isTables, openTableFile, openTables } from './corpora/tables/index.js'
import type { Dataset } from './dataset.js'
import { withIdRemarks } from './prepare/ids/repeated.js'

/** Options of all readers; each uses its own. */
export type OpenOptions = MmsaOptions & StoreOptions

/** One kind of folder that holds a data set. */
interface FolderReader {
  /** Its name in messages. */
  readonly kind: string
  /** Whether a folder looks like its kind. */
  recognises(path: string, options: OpenOptions): boolean
  open(path: string, options: OpenOptions): Dataset | Promise<Dataset>
}

/** The known kinds of folders. The first that recognises a path opens it. */
const folderReaders: readonly FolderReader[] = [
  {
    kind: `a folder with ${manifestName} (Limbic's own store)`,
    recognises: (path) => existsSync(join(path, manifestName)),
    open: openStore,
  },
  {
    kind: 'a folder of .npy files of one fold (train_label.npy and others)',
    recognises: (path, options) => isFold(path, options) || listFolds(path, options).length > 0,
    open: openFold,
  },
  {
    kind: 'a folder with labels.csv and, for each modality, a file or a folder of one file per sample',
    recognises: isTables,
    open: openTables,
  },
]

/** Whether a folder holds a data set of a known kind. */
export function isDatasetFolder(path: string, options: OpenOptions = {}): boolean {
  return folderReaders.some(({ recognises }) => recognises(path, options))
}

/** Whether a folder holds recordings, which are no data set before their features are extracted. */
export function isRecordings(path: string): boolean {
  return (
    lookAt(path)?.isDirectory() === true &&
    !isDatasetFolder(path) &&
    rawLayoutOf(path) !== undefined
  )
}

const datasetFile =
  'a pickle, torch.save, joblib, .npz, HDF5 or MATLAB file with splits of features and labels'
const tableFile = 'a table (CSV, Parquet or ARFF) with ids, splits, labels and features'

/** The kinds of data sets, in words for messages. */
export const datasetKinds: readonly string[] = [
  ...folderReaders.map(({ kind }) => kind),
  datasetFile,
  tableFile,
]

/** The kinds of files that may be a data set, or a compressed one. */
const datasetContents: ReadonlySet<ContentKind> = new Set<ContentKind>([
  ...(['pickle', 'joblib', 'torch', 'npz', 'npy', 'hdf5', 'matlab5', 'matlab 7.3'] as const),
  ...(['gzip', 'bzip2', 'xz', 'zlib', 'zip'] as const),
  ...(['parquet', 'arff'] as const),
])

const tables: ReadonlySet<ContentKind> = new Set<ContentKind>(['parquet', 'arff', 'text', 'utf16'])

/** Whether a file, by its content, may be a data set. @throws LimbicError if it cannot be read */
export function mayBeDataset(path: string): boolean {
  return isDatasetContent(path, sniffFile(path))
}

/** Text may be anything; if its first line has cells, it is a table. */
function isDatasetContent(path: string, kind: ContentKind): boolean {
  return datasetContents.has(kind) || (tables.has(kind) && hasCells(path))
}

/**
 * Opens a data set of any kind: a folder by the files in it, a file by its content.
 *
 * @throws LimbicError if the path does not exist, no reader recognises it, or its reader finds a
 * mistake.
 */
export async function openDataset(path: string, options: OpenOptions = {}): Promise<Dataset> {
  return withIdRemarks(await openAny(path, options))
}

async function openAny(path: string, options: OpenOptions): Promise<Dataset> {
  if (!isFolder(path)) return openFile(path, options)
  const reader = folderReaders.find(({ recognises }) => recognises(path, options))
  if (reader !== undefined) return reader.open(path, options)
  throw unknown(path, await adviceOnFolder(path))
}

function isFolder(path: string): boolean {
  try {
    const opened = statSync(path)
    // A folder without permission to list it would look empty.
    if (opened.isDirectory()) readdirSync(path)
    return opened.isDirectory()
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/** Opens a file by the layout of its keys. */
async function openFile(path: string, options: OpenOptions): Promise<Dataset> {
  if (await isSequenceFile(path)) {
    throw unknown(path, {
      got: 'one computational sequence, a part of a data set',
      hint: alignFirst,
    })
  }
  const kind = sniffFile(path)
  if (!isDatasetContent(path, kind)) {
    const { words, hint } = describeKind(kind)
    throw new LimbicError('this is not a data set', {
      where: path,
      expected: `${datasetFile}, or ${tableFile}`,
      got: words,
      hint,
    })
  }
  const file = await openValues(path)
  if (tables.has(file.kind)) return openTableFile(file, options)
  return closeOnFailure(file, () =>
    isMultLayout(file, path, options)
      ? openMult(path, options, file)
      : openMmsa(path, options, file),
  )
}

function unknown(path: string, advice: Advice): LimbicError {
  return new LimbicError('not a data set of a known kind', {
    where: path,
    expected: datasetKinds.join(', or '),
    ...advice,
  })
}

interface Advice {
  readonly got?: string
  readonly hint?: string
}

/**
 * Advice on a folder that is not a data set but related to one, such as the raw sequences of one.
 */
async function adviceOnFolder(path: string): Promise<Advice> {
  if (existsSync(join(path, 'config.yaml'))) return { got: 'the folder of a run' }
  const names = readdirSync(path)
  for (const name of names.slice(0, mostTried)) {
    if (await isSequenceFile(join(path, name)).catch(() => false)) {
      return { got: 'a folder of computational sequences', hint: alignFirst }
    }
  }
  const layout = rawLayoutOf(path)
  if (layout !== undefined) {
    return {
      got: `a folder of recordings (${layout})`,
      hint: 'Make features of them first: limbic data extract FOLDER --recipe compact --out STORE',
    }
  }
  return { got: names.length === 0 ? 'an empty folder' : 'a folder without it' }
}

/** The number of files inspected to recognise a folder. */
const mostTried = 20
const alignFirst =
  'Put the sequences together first: limbic data align --text ... --audio ... --vision ... ' +
  '--labels ... --split ... --out FOLDER, and give that folder'

/**
 * Opens a data set of any kind and writes it as Limbic's own store, the fastest to open and read.
 * See `writeStore`.
 */
export async function convertDataset(
  path: string,
  folder: string,
  options: OpenOptions & WriteStoreOptions = {},
): Promise<void> {
  const dataset = await openDataset(path, options)
  try {
    await writeStore(dataset, folder, options)
  } finally {
    dataset.close()
  }
}
