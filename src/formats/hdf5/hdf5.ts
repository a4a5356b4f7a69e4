import { closeSync, readSync } from 'node:fs'
import type { File, OutputData } from 'h5wasm/node'
import { LimbicError } from '../../base/errors.js'
import { explainFileError } from '../../disk/files.js'
import { openPlainFile } from '../../disk/plain-file.js'

/** A table of numbers or words inside an HDF5 file, found but not yet read. */
export interface Hdf5Table {
  /** The length of each axis. */
  readonly shape: readonly number[]
  /** Whether the cells are numbers, text, or something that no feature file holds. */
  readonly kind: 'numbers' | 'words' | 'other'
  /** Reads all cells, row by row. */
  read(): OutputData
}

/** An HDF5 file, read through the host's file system piece by piece, never loaded whole. */
export interface Hdf5File {
  readonly path: string
  /** The names inside a group, or undefined if there is no such group. */
  names(group: string): readonly string[] | undefined
  /** The table at `place`, or undefined if there is none. */
  table(place: string): Hdf5Table | undefined
  close(): void
}

/** The first eight bytes of every HDF5 file without a user block. */
const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] as const

/**
 * Opens an HDF5 file for reading.
 *
 * @throws LimbicError if the file is missing, is not HDF5, or is cut short or damaged; reading
 * from it later throws the same for damage that lies deeper.
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  checkSignature(path)
  // Imported on first use: a library of several megabytes that only these files need.
  const { default: hdf5 } = await import('h5wasm/node')
  const library = await hdf5.ready
  // Without this the library prints every failure to standard error and carries on.
  library.activate_throwing_error_handler()
  const file = guarded(path, undefined, () => new hdf5.File(path, 'r'))
  const known = new Map<string, ReadonlySet<string>>()
  let open = true
  return {
    path,
    names: (group) =>
      guarded(path, group, () => {
        const found = find(file, known, group)
        return found instanceof hdf5.Group ? found.keys() : undefined
      }),
    table: (place) =>
      guarded(path, place, () => {
        const found = find(file, known, place)
        if (!(found instanceof hdf5.Dataset)) return undefined
        const { shape, type } = found.metadata
        return {
          shape: shape ?? [],
          kind: type === 0 || type === 1 ? 'numbers' : type === 3 ? 'words' : 'other',
          read: () =>
            guarded(path, place, () => {
              if (!open) throw new LimbicError('read after it was closed', { where: path })
              const value = found.value
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
        // Of a damaged file the library may fail to let go; what was read has been read.
      }
    },
  }
}

/** Looks a place up step by step, since the library takes a path with a missing group for damage. */
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

function checkSignature(path: string): void {
  const first = Buffer.alloc(signature.length)
  const { descriptor } = openPlainFile(path)
  let read: number
  try {
    read = readSync(descriptor, first)
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    closeSync(descriptor)
  }
  if (read === signature.length && signature.every((byte, place) => first[place] === byte)) return
  throw new LimbicError('not a computational sequence', {
    where: path,
    expected: 'an HDF5 file',
    got: read === 0 ? 'an empty file' : 'other content',
    hint: 'Check that the download is complete and is the .csd file itself, not a web page',
  })
}

/** Runs a step of the library and turns its multi-line diagnosis into one sentence. */
function guarded<Result>(path: string, place: string | undefined, step: () => Result): Result {
  try {
    return step()
  } catch (error) {
    if (error instanceof LimbicError) throw error
    const message = error instanceof Error ? error.message : String(error)
    const deepest = [...message.matchAll(/in \w+\(\): (.+)/g)].at(-1)?.[1]
    const reason = readable(deepest ?? firstLine(message))
    throw new LimbicError(`the file is damaged or cut short (${reason})`, {
      where: place === undefined ? path : `${path}, ${place}`,
      hint: 'Download or copy it again',
    })
  }
}

/** The library's commonest reason in words; any other as it is. */
function readable(reason: string): string {
  const [, there, all] = /truncated file: eof = (\d+),.* stored_eof = (\d+)/.exec(reason) ?? []
  return there === undefined ? reason : `${there} of ${all} bytes are there`
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? ''
}
