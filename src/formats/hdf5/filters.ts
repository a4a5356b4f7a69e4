/** The compression filters of HDF5: which are supported, and where their plugins are. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Module } from 'h5wasm/node'
import { LimbicError } from '../../base/errors.js'
import { packageFolder } from '../../disk/package.js'

/** The registered numbers of the library's own filters, and of the bundled plugins. */
const readable: ReadonlySet<number> = new Set([
  ...[1, 2, 3, 4, 5, 6],
  // bzip2, lzf, blosc, lz4, bitshuffle, zstd, blosc2.
  ...[307, 32000, 32001, 32004, 32008, 32015, 32026],
])

/**
 * The folder of the filter plugins that the library loads when a file needs them: `vendor/` in the
 * published package, the plugins' own package in the repository.
 */
function filterFolder(): string | undefined {
  const own = join(packageFolder, 'vendor/hdf5-filters')
  if (existsSync(own)) return own
  try {
    const source = createRequire(import.meta.url).resolve('h5wasm-plugins')
    return join(dirname(source), 'plugins')
  } catch {
    return undefined
  }
}

/** Tells the library where the filter plugins are. */
export function useFilters(library: typeof Module): void {
  const folder = filterFolder()
  if (folder !== undefined) library.insert_plugin_search_path(folder, 0)
}

/** @throws LimbicError if a table is compressed by an unsupported filter */
export function checkFilters(
  filters: readonly { readonly id: number; readonly name: string }[],
  file: string,
  place: string,
): void {
  const missing = filters.find(({ id }) => !readable.has(id))
  if (missing === undefined) return
  throw new LimbicError(
    `compressed by the filter ${missing.name || missing.id}, which is not supported`,
    {
      where: `${file}, ${place}`,
      expected: 'gzip, lzf, szip, zstd, lz4, blosc, bzip2 or bitshuffle',
      hint: `Repack it: h5repack -f GZIP=4 ${file} repacked.h5`,
    },
  )
}
