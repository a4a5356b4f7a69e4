/** Digests of files, read in chunks, and of folders. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
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

const known = new Map<string, string>()

/**
 * `sha256:` and 64 digits: for a file, of its content; for a folder, of the names and contents of
 * all files below it. A file whose size and time have not changed is not read again.
 *
 * @throws LimbicError if the path cannot be read
 */
export function digestPath(path: string): string {
  try {
    const found = statSync(path)
    if (!found.isDirectory()) return digestOnce(path)
    const files = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    const lines = files.map((file) => `${digestOnce(file)}  ${file.slice(path.length)}\n`)
    return `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`
  } catch (error) {
    throw explainFileError(error, path)
  }
}

function digestOnce(path: string): string {
  const { size, mtimeMs, ino } = statSync(path)
  const key = JSON.stringify([path, size, mtimeMs, ino])
  const before = known.get(key)
  if (before !== undefined) return before
  const made = digestFile(path)
  known.set(key, made)
  return made
}
