/** NumPy's own files as values: single arrays (`.npy`) and archives of them (`.npz`). */
import { type FileBytes, FileRegion, readNpyHeader, StoredArray } from '../npy/index.js'
import { PickledArray, type PickleValue, readPickle } from '../pickle/index.js'
import { readZipDirectory, readZipEntry } from '../zip/zip.js'

/**
 * The array of a `.npy` file; a single object, as `numpy.save` makes of a dictionary, is that object.
 *
 * @throws LimbicError if it is damaged
 */
export function readNpyValue(file: FileBytes): PickleValue {
  const { type, shape, layout, dataStart } = readNpyHeader(file)
  const data = new FileRegion(file, dataStart, file.length - dataStart)
  if (type.kind !== 'object') {
    const array = new StoredArray(type, shape, data, layout, file.path)
    return arrayOf(array)
  }
  const value = readPickle(data)
  const content = value instanceof PickledArray ? value.content : undefined
  const single = content?.kind === 'objects' && shape.length === 0
  return single ? (content.items[0] ?? null) : value
}

/** The arrays of a `.npz` file by name, each decoded on first use. */
export function readNpz(file: FileBytes): Map<PickleValue, PickleValue> {
  const entries = readZipDirectory(file).filter(({ name }) => /\.npy$/i.test(name))
  return new Map(
    entries.map((entry) => {
      const source = readZipEntry(entry)
      const inner: FileBytes = {
        path: `${file.path}, ${entry.name}`,
        length: source.length,
        read: (position, target) => source.read(position, target),
      }
      return [entry.name.replace(/\.npy$/i, ''), readNpyValue(inner)] as const
    }),
  )
}

/** An array of numbers or text as a value. */
export function arrayOf(array: StoredArray): PickledArray {
  const value = new PickledArray()
  value.describe(array.shape, () => ({ kind: 'stored', array }))
  return value
}
