/** Recognises a computational sequence by its content. */
import { LimbicError } from '../../../base/errors.js'
import { lookAt } from '../../../disk/files.js'
import { type Hdf5File, openHdf5 } from '../../../formats/hdf5/hdf5.js'
import { openUnpacked, sniffUnpacked } from '../../../formats/packed/index.js'

const usualEnding = /\.csd(\.\w+)?$/i

/**
 * Whether a path is a computational sequence: an HDF5 file, packed or not and of any name, with a
 * root group that holds `data/<video>/features` or `data/<video>/intervals`. Any HDF5 file named
 * `.csd` counts too, so that its mistakes are reported as those of a sequence.
 *
 * @throws LimbicError if the file cannot be read
 */
export async function isSequenceFile(path: string): Promise<boolean> {
  if (lookAt(path)?.isFile() !== true) return false
  if ((await sniffUnpacked(path)) !== 'hdf5') return false
  return usualEnding.test(path) || (await hasLayout(path))
}

async function hasLayout(path: string): Promise<boolean> {
  try {
    const source = await openUnpacked(path)
    const file = await openHdf5(source).catch((error: unknown) => {
      source.close()
      throw error
    })
    try {
      return holdsSequence(file)
    } finally {
      file.close()
    }
  } catch (error) {
    // The reader that opens the file reports what is wrong with it.
    if (error instanceof LimbicError) return false
    throw error
  }
}

function holdsSequence(file: Hdf5File): boolean {
  return (file.names('') ?? []).some((name) => {
    const [video] = file.names(`${name}/data`) ?? []
    const tables = video === undefined ? [] : (file.names(`${name}/data/${video}`) ?? [])
    return tables.includes('features') || tables.includes('intervals')
  })
}
