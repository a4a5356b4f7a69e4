/** HDF5 files as values: groups are dictionaries, tables are arrays, read when they are first used. */

import { LimbicError } from '../../base/errors.js'
import { isTypedArray } from '../../base/numbers.js'
import { limit, overLimit } from '../../disk/limits.js'
import type { Hdf5File, Hdf5Table } from '../hdf5/hdf5.js'
import { type ByteSource, type ElementType, MemoryBytes, StoredArray } from '../npy/index.js'
import { PickledArray, PickledObject, type PickleValue } from '../pickle/index.js'

/** Deeper than the groups of any feature file. */
const deepest = 8
const mostMembers = 1 << 20

/**
 * The tree of an HDF5 file.
 *
 * @param transposed whether tables come with their axes in reverse order, as MATLAB writes them
 */
export function hdf5Tree(file: Hdf5File, transposed = false): Map<PickleValue, PickleValue> {
  let members = 0
  const group = (place: string, depth: number): Map<PickleValue, PickleValue> => {
    const map = new Map<PickleValue, PickleValue>()
    for (const name of file.names(place) ?? []) {
      // Groups for the internal use of MATLAB and others.
      if (name.startsWith('#')) continue
      const inner = place === '' ? name : `${place}/${name}`
      if (++members > mostMembers || depth > deepest) {
        throw new LimbicError('too many groups and tables', {
          where: file.path,
          expected: `at most ${mostMembers}, ${deepest} deep`,
        })
      }
      const table = file.table(inner)
      map.set(
        name,
        table === undefined ? group(inner, depth + 1) : tableValue(file, inner, table, transposed),
      )
    }
    return map
  }
  return group('', 0)
}

function tableValue(
  file: Hdf5File,
  place: string,
  table: Hdf5Table,
  transposed: boolean,
): PickleValue {
  const where = `${file.path}, ${place}`
  const shape = transposed ? [...table.shape].reverse() : table.shape
  if (table.kind === 'other') return new PickledObject(`a table of ${table.what}`, where)
  const array = new PickledArray()
  array.describe(shape, () => {
    // Readers allocate what a table declares before they read it.
    table.checkSize()
    if (table.kind === 'words') {
      const texts = [table.read()].flat().map((text) => String(text).replace(/\0+$/, ''))
      return { kind: 'objects', shape, items: texts }
    }
    const size = shape.reduce((product, extent) => product * extent, 1)
    const found = new LazyNumbers(() => table.read(), size, where)
    const layout = transposed ? 'F' : 'C'
    return { kind: 'stored', array: new StoredArray(found.type, shape, found, layout, where) }
  })
  return array
}

/** The numbers of a table as 64-bit reals, read as a whole when the first is needed. */
class LazyNumbers implements ByteSource {
  readonly type: ElementType = { kind: 'float64', bytes: 8, littleEndian: true }
  readonly length: number
  readonly #read: () => unknown
  readonly #where: string
  #bytes: MemoryBytes | undefined

  constructor(read: () => unknown, size: number, where: string) {
    this.length = 8 * size
    this.#read = read
    this.#where = where
  }

  read(position: number, target: Uint8Array): void {
    this.#bytes ??= this.#load()
    this.#bytes.read(position, target)
  }

  #load(): MemoryBytes {
    if (this.length > 4 * limit('memory')) {
      throw overLimit('the table is too large to be read at once', 'memory', { where: this.#where })
    }
    const cells = this.#read()
    const values = isTypedArray(cells)
      ? Float64Array.from(cells, Number)
      : Float64Array.of(Number(cells))
    return new MemoryBytes(new Uint8Array(values.buffer))
  }
}
