/** Writes files completely or not at all, and reads small ones. */

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { hasCode } from '../base/errors.js'
import { explainFileError } from './failure.js'

export { explainFileError } from './failure.js'
export { lookAt } from './plain-file.js'
export { readBytes, readJson, readText } from './read.js'

/**
 * Makes a folder and its parents. Node's recursive mkdir never returns on a file system such as
 * /proc, which answers "not found" when a folder is made.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have just made it.
    if (!hasCode(error, 'EEXIST')) throw error
  }
}

/** Whether a path is a folder or below it. */
export function isInside(folder: string, path: string): boolean {
  const inner = relative(folder, path)
  return inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner)
}

/**
 * A file being written: bytes go to a temporary file that replaces the final one only when
 * complete.
 */
export interface FileWriter {
  write(bytes: Uint8Array | string): void
}

/** A file being written: `keep` renames it to its final name, `drop` deletes it. */
interface OpenFile extends FileWriter {
  keep(): void
  drop(): void
}

function openBeside(path: string): OpenFile {
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`)
  makeFolder(dirname(path))
  const opened = openSync(beside, 'wx')
  let closed = false
  return {
    write(bytes) {
      const rest = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
      for (let done = 0; done < rest.length; ) done += writeSync(opened, rest, done)
    },
    keep() {
      fsyncSync(opened)
      closeSync(opened)
      closed = true
      renameSync(beside, path)
    },
    drop() {
      if (!closed) closeSync(opened)
      rmSync(beside, { force: true })
    },
  }
}

/**
 * Writes a file atomically: readers see the old content or the new, never a mix. The bytes go to a
 * hidden temporary file in the same folder, which is flushed to disk and renamed to `path`. Missing
 * folders are made. If `fill` or the disk fails, the temporary file is removed and `path` keeps its
 * content.
 *
 * @throws LimbicError if `path` cannot be written (no space, no permission, a folder of that name).
 */
export function writeFileSafely(path: string, fill: (file: FileWriter) => void): void {
  let file: OpenFile | undefined
  try {
    file = openBeside(path)
    fill(file)
    file.keep()
  } catch (error) {
    file?.drop()
    throw explainFileError(error, path)
  }
}

/** `writeFileSafely` for content produced asynchronously. */
export async function writeFileInTime(
  path: string,
  fill: (file: FileWriter) => Promise<void>,
): Promise<void> {
  let file: OpenFile | undefined
  try {
    file = openBeside(path)
    await fill(file)
    file.keep()
  } catch (error) {
    file?.drop()
    throw explainFileError(error, path)
  }
}

/** `writeFileSafely` for content in memory. */
export function writeContentSafely(path: string, content: Uint8Array | string): void {
  writeFileSafely(path, (file) => file.write(content))
}

/** Calls `make`, and closes the open resource if that fails. */
export function closeOnFailure<Result>(opened: { close(): void }, make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    opened.close()
    throw error
  }
}
