/** Opens files to be read, and nothing that only looks like one. */
import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import { LimbicError } from '../base/errors.js'
import { explainFileError } from './failure.js'

/**
 * What the system says of what lies at a path; undefined where nothing does.
 *
 * @throws LimbicError if the path leads nowhere for another reason, such as links that go in circles
 */
export function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/** A file that is open, and what the system says of it. */
export interface OpenedFile {
  readonly descriptor: number
  readonly status: Stats
}

/**
 * Opens a plain file to be read.
 *
 * @param named what it is called in messages
 * @throws LimbicError if it cannot be, or is a folder, a pipe or a device
 */
export function openPlainFile(path: string, named = path): OpenedFile {
  return openIf(path, named, (status) => status.isFile())
}

/** The same, or a pipe, which is opened without waiting for whoever writes to it. */
export function openFileOrPipe(path: string): OpenedFile {
  return openIf(path, path, (status) => status.isFile() || status.isFIFO())
}

function openIf(path: string, named: string, fits: (status: Stats) => boolean): OpenedFile {
  let descriptor: number
  try {
    // A pipe that nobody writes to would otherwise never open.
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
