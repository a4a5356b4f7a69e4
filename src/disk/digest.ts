/** The digest of a file, read in chunks. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { explainFileError } from './files.js'

const piece = 2 ** 20

/** `sha256:` and 64 digits. @throws LimbicError if the file cannot be read */
export function digestFile(path: string): string {
  const hash = createHash('sha256')
  try {
    const descriptor = openSync(path, 'r')
    try {
      const memory = new Uint8Array(piece)
      for (let got = -1; got !== 0; ) {
        got = readSync(descriptor, memory)
        hash.update(memory.subarray(0, got))
      }
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw explainFileError(error, path)
  }
  return `sha256:${hash.digest('hex')}`
}
