/** Reads HDF5 files with a WebAssembly library, through the host's file system. */
import { closeSync } from 'node:fs'
import type { File, Metadata, OutputData } from 'h5wasm/node'
import { firstLine, LimbicError, messageOf } from '../../base/errors.js'
import { limit } from '../../disk/limits.js'
import { openPlainFile } from '../../disk/plain-file.js'
import { describeKind, sniffFile } from '../content/index.js'
import type { OpenFile } from '../npy/index.js'
import { checkFilters } from './filters.js'
import { type Library, leaveIfStopped, openLibrary, watchOpening } from './library.js'
import { fewBytes, withRoom } from './memory.js'
import { isHalf, readHalves } from './numbers.js'
import { checkSize } from './size.js'

/** A table of numbers or words inside an HDF5 file, found but not yet read. */
export interface Hdf5Table {
  /** The length of each axis. */
  readonly shape: readonly number[]
  /** Whether the cells are numbers, text, or something that no feature file holds. */
  readonly kind: 'numbers' | 'words' | 'other'
  /** A description of the cells, for messages. */
  readonly what: string
  /** @throws LimbicError if it declares more cells than its file can hold, or than memory may */
  checkSize(): void
  /** Reads all cells, row by row. */
  read(): OutputData
}

/** An HDF5 file, read in parts through the host's file system, never loaded whole. */
export interface Hdf5File {
  readonly path: string
  /** The names inside a group, or undefined if there is no such group. */
  names(group: string): readonly string[] | undefined
  /** The table at `place`, or undefined if there is none. */
  table(place: string): Hdf5Table | undefined
  close(): void
}

/** The kind of a table's cells, by the HDF5 class number. */
const classes: Readonly<Record<number, string>> = {
  0: 'whole numbers',
  1: 'numbers',
  2: 'times',
  3: 'text',
  4: 'bits',
  5: 'bytes of no kind',
  6: 'records of several fields (or complex numbers)',
  7: 'references',
  8: 'values of an enumeration',
  9: 'lists of differing length',
  10: 'arrays',
}

/** Numbers of more bits than JavaScript supports. */
const largestNumber = 8

/**
 * Opens an HDF5 file for reading.
 *
 * @throws LimbicError if the file is missing, is not HDF5, or is cut short or damaged; reading
 * from it later throws the same for damage that lies deeper.
 */
export async function openHdf5(source: string | OpenFile): Promise<Hdf5File> {
  const { path, place } = typeof source === 'string' ? { path: source, place: source } : source
  checkKind(path, place)
  const fileBytes = fileSize(place)
  const library = await openLibrary()
  const { hdf5, module } = library
  const letGo = watchOpening(library)
  const file = openWith(library, path, place, letGo)
  const known = new Map<string, ReadonlySet<string>>()
  let open = true
  return {
    path,
    names: (group) =>
      guarded(path, group, fewBytes, () => {
        const found = find(file, known, group)
        return found instanceof hdf5.Group ? found.keys() : undefined
      }),
    table: (place) =>
      guarded(path, place, fewBytes, () => {
        const found = find(file, known, place)
        if (!(found instanceof hdf5.Dataset)) return undefined
        const { shape, type, size } = found.metadata
        const numbers =
          (type === 0 || type === 1 || isBoolean(found.metadata)) && size <= largestNumber
        return {
          shape: shape ?? [],
          kind: numbers ? 'numbers' : type === 3 ? 'words' : 'other',
          what: type === 1 ? `numbers of ${8 * size} bits` : (classes[type] ?? 'of no known kind'),
          checkSize: () => checkSize(found.metadata, fileBytes, `${path}, ${place}`),
          read: () =>
            guarded(path, place, limit('memory'), () => {
              if (!open) throw new LimbicError('read after it was closed', { where: path })
              checkSize(found.metadata, fileBytes, `${path}, ${place}`)
              checkFilters(found.filters, path, place)
              const value = isHalf(found.metadata) ? readHalves(module, found) : found.value
              if (value === null) throw new Error('no values')
              return value
            }),
        }
      }),
    close: () => {
      if (!open) return
      open = false
      try {
        file.close()
      } catch {
        // The library may fail to close a damaged file; what was read is still valid.
      }
      letGo()
      if (typeof source !== 'string') source.close()
    },
  }
}

function openWith({ hdf5 }: Library, path: string, place: string, letGo: () => void): File {
  try {
    return guarded(path, undefined, fewBytes, () => new hdf5.File(place, 'r'))
  } catch (error) {
    letGo()
    throw error
  }
}

function fileSize(place: string): number {
  const { descriptor, status } = openPlainFile(place)
  closeSync(descriptor)
  return status.size
}

/**
 * Looks up a path group by group, since the library reports a missing group in a path as damage.
 */
function find(file: File, known: Map<string, ReadonlySet<string>>, place: string) {
  let group = '/'
  for (const name of place.split('/').filter(Boolean)) {
    let names = known.get(group)
    if (names === undefined) {
      const here = group === '/' ? file : file.get(group)
      names = new Set(here !== null && 'keys' in here ? here.keys() : [])
      known.set(group, names)
    }
    if (!names.has(name)) return null
    group = group === '/' ? `/${name}` : `${group}/${name}`
  }
  return group === '/' ? file : file.get(group)
}

/** Whether the values are NumPy's or h5py's booleans: an enumeration of false and true. */
function isBoolean({ type, enum_type }: Metadata): boolean {
  return type === 8 && enum_type?.nmembers === 2 && enum_type.members.TRUE === 1
}

function checkKind(path: string, place: string): void {
  const kind = sniffFile(place)
  if (kind === 'hdf5' || kind === 'matlab 7.3') return
  const { words, hint } = describeKind(kind)
  throw new LimbicError('not an HDF5 file', {
    where: path,
    expected: 'an HDF5 file, such as a computational sequence (.csd)',
    got: words,
    hint,
  })
}

/**
 * Runs a step of the library and turns its multi-line diagnosis into one sentence.
 *
 * @param room bytes that the step may allocate
 */
function guarded<Result>(
  path: string,
  place: string | undefined,
  room: number,
  step: () => Result,
): Result {
  try {
    return withRoom(room, step)
  } catch (error) {
    if (error instanceof LimbicError) throw error
    leaveIfStopped(error)
    const deepest = [...messageOf(error).matchAll(/in \w+\(\): (.+)/g)].at(-1)?.[1]
    const reason = readable(deepest ?? firstLine(error))
    throw new LimbicError(`the file is damaged or cut short (${reason})`, {
      where: place === undefined ? path : `${path}, ${place}`,
      hint: 'Download or copy it again',
    })
  }
}

/** The library's most common reason in plain words; any other unchanged. */
function readable(reason: string): string {
  const [, there, all] = /truncated file: eof = (\d+),.* stored_eof = (\d+)/.exec(reason) ?? []
  return there === undefined ? reason : `${there} of ${all} bytes are there`
}
