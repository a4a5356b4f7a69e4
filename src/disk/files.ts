import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { parseJson } from '../base/schema.js'

/** A file in the making: bytes go to a file beside the final one, which appears only when all is written. */
export interface FileWriter {
  write(bytes: Uint8Array | string): void
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
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`)
  let descriptor: number | undefined
  try {
    mkdirSync(dirname(path), { recursive: true })
  } catch (error) {
    throw explainFileError(error, path)
  }
  try {
    const opened = openSync(beside, 'wx')
    descriptor = opened
    fill({
      write: (bytes) => {
        const rest = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
        for (let done = 0; done < rest.length; ) done += writeSync(opened, rest, done)
      },
    })
    fsyncSync(opened)
    closeSync(opened)
    descriptor = undefined
    renameSync(beside, path)
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor)
    rmSync(beside, { force: true })
    throw explainFileError(error, path)
  }
}

/** `writeFileSafely` for content that is at hand in one piece. */
export function writeContentSafely(path: string, content: Uint8Array | string): void {
  writeFileSafely(path, (file) => file.write(content))
}

/** The bytes of a file. @throws LimbicError if it cannot be read */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/** The text of a file. @throws LimbicError if it cannot be read */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/** What a JSON file holds. @throws LimbicError if it cannot be read, or is no JSON */
export function readJson(path: string): unknown {
  return parseJson(readText(path), path)
}

/** Turns a failure of the file system into a sentence with advice; anything else is returned as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  if (error instanceof LimbicError || !(error instanceof Error) || !('code' in error)) return error
  const advice: Record<string, readonly [what: string, hint: string]> = {
    ENOENT: ['no such file or folder', 'Check the path'],
    EACCES: ['permission denied', 'Check who may read or write it'],
    EPERM: ['operation not permitted', 'Check who may read or write it'],
    EROFS: ['the file system is read-only', 'Choose another place'],
    ENOSPC: ['the disk is full', 'Free some space or choose another place; nothing was changed'],
    EDQUOT: ['the disk quota is used up', 'Free some space; nothing was changed'],
    EFBIG: ['the file would be larger than allowed', 'Choose another place; nothing was changed'],
    EISDIR: ['is a folder, not a file', 'Name a file'],
    ENOTDIR: ['a part of the path is a file, not a folder', 'Check the path'],
    EEXIST: ['something of that name is in the way', 'Choose another place'],
  }
  const [what, hint] = advice[String(error.code)] ?? [error.message, undefined]
  return new LimbicError(what, { where: path, ...(hint && { hint }) }, { cause: error })
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
