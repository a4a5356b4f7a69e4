/** Digests of the files that a cell names, cached while the files do not change. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { digestFile } from '../../disk/digest.js'
import { explainFileError } from '../../disk/files.js'

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

/** @throws LimbicError if the content of a path has another digest */
export function checkDigest(path: string, expected: string | undefined, what: string): void {
  if (expected === undefined) return
  const got = digestPath(path)
  if (got === expected) return
  throw new LimbicError(`${what} on this machine differs from what the run was submitted with`, {
    where: path,
    ...{ expected, got },
    hint: 'Give every machine the same file',
  })
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
