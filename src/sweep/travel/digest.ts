/** Digests of what a cell names, computed once while nothing changes. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { digestFile } from '../../disk/digest.js'
import { explainFileError } from '../../disk/files.js'

const known = new Map<string, string>()

/**
 * `sha256:` and 64 digits: of a file its content; of a folder the names and contents of all files
 * below it. Files of the same size and time as before are not read again.
 *
 * @throws LimbicError if it cannot be read
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

/** @throws LimbicError if the content at a path is another */
export function checkDigest(path: string, expected: string | undefined, what: string): void {
  if (expected === undefined) return
  const got = digestPath(path)
  if (got === expected) return
  throw new LimbicError(`${what} is another than where the run was handed out`, {
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
