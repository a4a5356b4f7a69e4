/** The library that reads HDF5: loaded when needed, and reset after damaged files. */
import { closeSync, type Stats } from 'node:fs'
import type * as Hdf5 from 'h5wasm/node'
import { useFilters } from './filters.js'
import { boundMemory, withoutItsLines } from './memory.js'

/** The imported library, and its WebAssembly functions. */
export interface Library {
  readonly hdf5: (typeof Hdf5)['default']
  readonly module: typeof Hdf5.Module
}

let current: Promise<Library> | undefined
let loaded = 0

export function openLibrary(): Promise<Library> {
  current ??= load()
  return current
}

/**
 * Discards a library instance that stopped in the middle of a call: in its undefined state it would
 * report every later file as damaged. The next file gets a new instance.
 *
 * @param error the error that a call of the library threw
 */
export function leaveIfStopped(error: unknown): void {
  // WebAssembly traps, and the library's own aborts.
  if (error instanceof Error && error.name === 'RuntimeError') current = undefined
}

/** Loads the library; after the first time, another instance. */
function importLibrary(): Promise<typeof Hdf5> {
  loaded++
  if (loaded === 1) return import('h5wasm/node')
  return import(`${import.meta.resolve('h5wasm/node')}?${loaded}`)
}

async function load(): Promise<Library> {
  // Several megabytes that only these files need.
  const { hdf5, module } = await withoutItsLines(async () => {
    const { default: library } = await importLibrary()
    return { hdf5: library, module: await library.ready }
  })
  boundMemory(module)
  // Without this the library prints every failure to standard error and carries on.
  module.activate_throwing_error_handler()
  makeOpeningsDiffer(module)
  keepFromErrors(module)
  useFilters(module)
  return { hdf5, module }
}

/**
 * Makes the library treat each opening as a different file. After a failed read it never closes the
 * file, and would otherwise serve its old content for whatever is later at that path.
 */
function makeOpeningsDiffer({ FS }: typeof Hdf5.Module): void {
  const own: unknown = Reflect.get(FS, 'fstat')
  if (typeof own !== 'function') return
  let openings = 0
  Reflect.set(FS, 'fstat', (descriptor: number): Stats => {
    const status: Stats = Reflect.apply(own, FS, [descriptor])
    // The properties by which the library identifies files.
    status.ino = ++openings
    return status
  })
}

/** Keeps the library's failure reports off standard error, since it throws them as well. */
function keepFromErrors({ FS }: typeof Hdf5.Module): void {
  const own: unknown = Reflect.get(FS, 'write')
  if (typeof own !== 'function') return
  Reflect.set(FS, 'write', (...given: unknown[]): unknown => {
    const [stream, , , length] = given
    const toErrors =
      typeof stream === 'object' && stream !== null && Reflect.get(stream, 'fd') === 2
    return toErrors ? length : Reflect.apply(own, FS, given)
  })
}

/**
 * Tracks the system's files that the library opens from now on.
 *
 * @returns a function that closes those that the library leaves open
 */
export function watchOpening({ module }: Library): () => void {
  const before = new Set(streamsOf(module))
  let opened: unknown[] | undefined
  return () => {
    opened ??= streamsOf(module).filter((stream) => !before.has(stream))
    for (const stream of opened) close(streamsOf(module), stream)
  }
}

/** The files that are open in the library's own file system. */
function streamsOf({ FS }: typeof Hdf5.Module): unknown[] {
  const streams: unknown = Reflect.get(FS, 'streams')
  return Array.isArray(streams) ? streams : []
}

function close(streams: unknown[], stream: unknown): void {
  const at = streams.indexOf(stream)
  if (at < 0 || typeof stream !== 'object' || stream === null) return
  streams[at] = null
  const descriptor: unknown = Reflect.get(stream, 'nfd')
  if (typeof descriptor === 'number') closeSync(descriptor)
}
