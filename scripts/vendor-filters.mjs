/**
 * Puts into `vendor/` the filters of HDF5 that the package brings: those by which feature files are
 * packed besides gzip (see `src/formats/hdf5/filters.ts`). Runs before the package is packed.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const filters = ['blosc', 'blosc2', 'bshuf', 'bz2', 'lz4', 'lzf', 'zstd']

const root = resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const source = dirname(require.resolve('h5wasm-plugins'))
const target = join(root, 'vendor/hdf5-filters')

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
for (const name of filters) {
  const file = `libH5Z${name}.so`
  cpSync(join(source, 'plugins', file), join(target, file))
}
for (const file of ['LICENSE', 'COPYING']) cpSync(join(source, file), join(target, file))
