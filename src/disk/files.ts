/** Writes files whole or not at all, and reads small ones. */
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
import { basename, dirname, join } from 'node:path'
import { explainFileError } from './failure.js'

export { explainFileError } from './failure.js'
export { lookAt } from './plain-file.js'
export { readBytes, readJson, readText } from './read.js'

/**
 * Makes a folder and those above it. Node's own way never ends where a file system says of a folder
 * to be made that it is not there, as /proc does.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have made it just now.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** A file in the making: bytes go to a file beside the final one, which appears only when all is written. */
export interface FileWriter {
  write(bytes: Uint8Array | string): void
}

/** Such a file, open: it comes to be by `keep`, and goes without a trace by `drop`. */
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
 * Writes a file so that whoever looks sees the old content or the new, never a part of either:
 * the bytes go to a hidden neighbour, which is flushed to disk and renamed over `path`.
 * Missing folders are made. If `fill` or the disk fails, the neighbour is removed and what was at
 * `path` stays.
 *
 * @throws LimbicError if the place cannot be written (no space, no permission, a folder in the way).
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

/** `writeFileSafely` for content that takes time to come. */
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

/** `writeFileSafely` for content that is at hand in one piece. */
export function writeContentSafely(path: string, content: Uint8Array | string): void {
  writeFileSafely(path, (file) => file.write(content))
}

/** What `make` makes of something open, which is closed again if it fails. */
export function closeOnFailure<Result>(opened: { close(): void }, make: () => Result): Result {
  try {
    return make()
  } catch (error) {
    opened.close()
    throw error
  }
}
