/** Opens any file of numbers, recognised by content, as a tree of dictionaries, lists and arrays. */
import { LimbicError } from '../../base/errors.js'
import { type ContentKind, describeKind, sniffOpen } from '../content/index.js'
import { openHdf5 } from '../hdf5/hdf5.js'
import { readMatlab5 } from '../matlab/matlab5.js'
import type { OpenFile } from '../npy/index.js'
import { openUnpacked } from '../packed/index.js'
import { openPickle, type PickleValue } from '../pickle/index.js'
import { readArff } from '../table/arff.js'
import { readCsv } from '../table/csv.js'
import { readParquet } from '../table/parquet.js'
import { hdf5Tree } from './hdf5.js'
import { readNpyValue, readNpz } from './npz.js'
import { tableValue } from './table.js'

export { arrayOf } from './npz.js'

/** An open file of values; its arrays can be read until it is closed. */
export interface ValueFile {
  readonly path: string
  /** The file's kind, once decompressed. */
  readonly kind: ContentKind
  readonly root: PickleValue
  /** Further values in the same file, if several were written. */
  readonly more: readonly PickleValue[]
  close(): void
}

/**
 * Opens a file of any kind that holds values, compressed or not, with any extension.
 *
 * @throws LimbicError if it cannot be read, is damaged, or of a kind that holds no values
 */
export async function openValues(path: string): Promise<ValueFile> {
  const file = await openUnpacked(path)
  try {
    const kind = sniffOpen(file)
    const { root, more = [], close = () => file.close() } = await readKind(file, kind)
    return { path, kind, root, more, close }
  } catch (error) {
    file.close()
    throw error
  }
}

interface ReadValues {
  readonly root: PickleValue
  readonly more?: readonly PickleValue[]
  close?(): void
}

async function readKind(file: OpenFile, kind: ContentKind): Promise<ReadValues> {
  switch (kind) {
    case 'npy':
      return { root: readNpyValue(file) }
    case 'npz':
      return { root: readNpz(file) }
    case 'hdf5':
    case 'matlab 7.3': {
      const opened = await openHdf5(file)
      return { root: hdf5Tree(opened, kind !== 'hdf5'), close: () => opened.close() }
    }
    case 'matlab5':
      return { root: readMatlab5(file) }
    case 'parquet':
      return { root: tableValue(await readParquet(file)) }
    case 'arff':
      return { root: tableValue(readArff(file)) }
    case 'text':
    case 'utf16':
      return { root: tableValue(readCsv(file)) }
    case 'pickle':
    case 'joblib':
    case 'torch':
      return openPickle(file)
    default: {
      const { words, hint } = describeKind(kind)
      throw new LimbicError('contains no values that can be read', {
        where: file.path,
        expected: 'a pickle, a file of torch.save or joblib, .npy, .npz, HDF5, MATLAB or a table',
        got: words,
        hint,
      })
    }
  }
}
