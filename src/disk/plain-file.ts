/** Opens plain files, or pipes where allowed, for reading; refuses folders and devices. */
import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import { LimbicError } from '../base/errors.js'
import { explainFileError } from './failure.js'

/**
 * The status of a path; undefined if nothing exists there.
 *
 * @throws LimbicError if the path cannot be followed for another reason, such as a loop of links
 */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/** An open file and its status. */
export interface OpenedFile {
  readonly descriptor: number
  readonly status: Stats
}

/**
 * Opens a plain file for reading.
 *
 * @param named the name of the file in messages
 * @throws LimbicError if it cannot be opened, or is a folder, a pipe or a device
 */
export function openPlainFile(path: string, named = path): OpenedFile {
  return openIf(path, named, (status) => status.isFile())
}

/** The same, but also accepts a pipe, without waiting for its writer. */
export function openFileOrPipe(path: string): OpenedFile {
  return openIf(path, path, (status) => status.isFile() || status.isFIFO())
}

function openIf(path: string, named: string, fits: (status: Stats) => boolean): OpenedFile {
  let descriptor: number
  try {
    // Opening a pipe without a writer would block forever.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    throw explainFileError(error, named)
  }
  try {
    const status = fstatSync(descriptor)
    if (fits(status)) return { descriptor, status }
    throw new LimbicError(`is ${kindOf(status)}, not a file`, { where: named, hint: 'Name a file' })
  } catch (error) {
    closeSync(descriptor)
    throw explainFileError(error, named)
  }
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'a folder'
  if (status.isFIFO()) return 'a pipe'
  if (status.isSocket()) return 'a socket'
  return 'a device'
}
