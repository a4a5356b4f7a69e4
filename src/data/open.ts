import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../errors.js'
import { type MmsaOptions, openMmsa } from './mmsa/index.js'
import { manifestName, openStore, type StoreOptions, writeStore } from './store/index.js'
import type { Dataset } from './types.js'

/** Options of all readers; each takes note of its own. */
export type OpenOptions = MmsaOptions & StoreOptions

/** One kind of file or folder that holds a data set. */
export interface DatasetReader {
  /** What it reads, in words for messages. */
  readonly kind: string
  /** Whether `path`, which exists, looks like its kind. */
  recognises(path: string): boolean
  open(path: string, options: OpenOptions): Dataset
}

/** The kinds that are known. The first that recognises a path opens it. */
export const datasetReaders: readonly DatasetReader[] = [
  {
    kind: `a folder with ${manifestName} (Limbic's own store)`,
    recognises: (path) => existsSync(join(path, manifestName)),
    open: openStore,
  },
  {
    kind: "a .pkl or .pickle file in the layout of MMSA's features",
    recognises: (path) => /\.(pkl|pickle)$/i.test(path) && statSync(path).isFile(),
    open: openMmsa,
  },
]

/**
 * Opens a data set, whatever kind its path is of.
 *
 * @throws LimbicError if there is nothing there, no reader knows it, or its reader finds a mistake.
 */
export function openDataset(path: string, options: OpenOptions = {}): Dataset {
  if (!existsSync(path)) {
    throw new LimbicError('no such file or folder', { where: path, hint: 'Check the path' })
  }
  const reader = datasetReaders.find(({ recognises }) => recognises(path))
  if (reader === undefined) {
    throw new LimbicError('not a data set of a known kind', {
      where: path,
      expected: datasetReaders.map(({ kind }) => kind).join(', or '),
    })
  }
  return reader.open(path, options)
}

/**
 * Opens a data set of any kind and writes it as Limbic's own store, which opens at once and is
 * read fastest. See `writeStore`.
 */
export function convertDataset(path: string, folder: string, options: OpenOptions = {}): void {
  const dataset = openDataset(path, options)
  try {
    writeStore(dataset, folder)
  } finally {
    dataset.close()
  }
}
