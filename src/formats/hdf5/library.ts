/** The library that reads HDF5: loaded when needed, and reset after damaged files. */
import { closeSync, type Stats } from 'node:fs'
import type * as Hdf5 from 'h5wasm/node'
import { useFilters } from './filters.js'
import { boundMemory, withoutItsLines } from './memory.js'

/** The library as it is imported, and its functions of WebAssembly. */
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
 * Leaves a library behind that has stopped in the middle, whose state nobody knows: it would take
 * every later file for damaged. The next file is opened by a new one.
 *
 * @param error what a call of the library threw
 */
export function leaveIfStopped(error: unknown): void {
  // Traps of WebAssembly, and its own aborts.
  if (error instanceof Error && error.name === 'RuntimeError') current = undefined
}

/** The library; after the first time another instance of it. */
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
 * Makes the library take each opening for that of a file of its own. Where a read fails in the
 * middle it never lets go of the file, and would know it as it was, mended or not, and so whatever
 * comes to its place on the disk.
 */
function makeOpeningsDiffer({ FS }: typeof Hdf5.Module): void {
  const own: unknown = Reflect.get(FS, 'fstat')
  if (typeof own !== 'function') return
  let openings = 0
  Reflect.set(FS, 'fstat', (descriptor: number): Stats => {
    const status: Stats = Reflect.apply(own, FS, [descriptor])
    // What the library tells files by.
    status.ino = ++openings
    return status
  })
}

/** Keeps what the library writes of failures from standard error: it throws them as well. */
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
 * Watches which of the system's files the library opens from now on.
 *
 * @returns what closes those that it does not close itself
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
