import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { explainFileError } from '../disk/files.js'
import { openPickle } from '../formats/pickle/index.js'
import { type MmsaOptions, openMmsa } from './corpora/mmsa/index.js'
import { isMultLayout, openMult } from './corpora/mult/index.js'
import { isFold, listFolds, openFold } from './corpora/npy-folds/index.js'
import {
  manifestName,
  openStore,
  type StoreOptions,
  type WriteStoreOptions,
  writeStore,
} from './corpora/store/index.js'
import type { Dataset } from './dataset.js'

/** Options of all readers; each takes note of its own. */
export type OpenOptions = MmsaOptions & StoreOptions

/** One kind of file or folder that holds a data set. */
export interface DatasetReader {
  /** What it reads, in words for messages. */
  readonly kind: string
  /** Whether `path`, which exists, looks like its kind. */
  recognises(path: string): boolean
  open(path: string, options: OpenOptions): Dataset | Promise<Dataset>
}

/** The kinds that are known. The first that recognises a path opens it. */
export const datasetReaders: readonly DatasetReader[] = [
  {
    kind: `a folder with ${manifestName} (Limbic's own store)`,
    recognises: (path) => existsSync(join(path, manifestName)),
    open: openStore,
  },
  {
    kind: "a .pkl or .pickle file in the layout of MMSA's or of MulT's features",
    recognises: (path) => /\.(pkl|pickle)$/i.test(path) && statSync(path).isFile(),
    open: openFeaturePickle,
  },
  {
    kind: 'a folder of .npy files of one fold (train_label.npy and others)',
    recognises: (path) =>
      statSync(path).isDirectory() && (isFold(path) || listFolds(path).length > 0),
    open: openFold,
  },
]

/**
 * Opens a data set, whatever kind its path is of.
 *
 * @throws LimbicError if there is nothing there, no reader knows it, or its reader finds a mistake.
 */
export async function openDataset(path: string, options: OpenOptions = {}): Promise<Dataset> {
  try {
    const opened = statSync(path)
    // A folder that may not be listed would look as if it were empty.
    if (opened.isDirectory()) readdirSync(path)
  } catch (error) {
    throw explainFileError(error, path)
  }
  const reader = datasetReaders.find(({ recognises }) => recognises(path))
  if (reader === undefined) {
    throw new LimbicError('not a data set of a known kind', {
      where: path,
      expected: datasetReaders.map(({ kind }) => kind).join(', or '),
      ...adviceOn(path),
    })
  }
  return reader.open(path, options)
}

/** Opens a pickle in whichever layout its keys are of. */
function openFeaturePickle(path: string, options: OpenOptions): Dataset {
  const pickle = openPickle(path)
  return isMultLayout(pickle.root)
    ? openMult(path, options, pickle)
    : openMmsa(path, options, pickle)
}

/** What to do with files that data sets are made of, but that are none by themselves. */
function adviceOn(path: string): { readonly got?: string; readonly hint?: string } {
  if (statSync(path).isDirectory()) {
    if (existsSync(join(path, 'config.yaml'))) return { got: 'the folder of a run' }
    const names = readdirSync(path)
    if (names.some(isSequenceFile)) {
      return { got: 'a folder of computational sequences', hint: alignFirst }
    }
    return { got: names.length === 0 ? 'an empty folder' : 'a folder without it' }
  }
  return isSequenceFile(path)
    ? { got: 'one computational sequence, a part of a data set', hint: alignFirst }
    : { got: `a file named ${basename(path)}` }
}

const isSequenceFile = (name: string) => /\.csd$/i.test(name)
const alignFirst =
  'Put the sequences together first: limbic data align --text ... --audio ... --vision ... ' +
  '--labels ... --split ... --out FOLDER, and give that folder'

/**
 * Opens a data set of any kind and writes it as Limbic's own store, which opens at once and is
 * read fastest. See `writeStore`.
 */
export async function convertDataset(
  path: string,
  folder: string,
  options: OpenOptions & WriteStoreOptions = {},
): Promise<void> {
  const dataset = await openDataset(path, options)
  try {
    writeStore(dataset, folder, options)
  } finally {
    dataset.close()
  }
}
