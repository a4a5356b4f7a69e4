/**
 * A lock on a run: a file beside its folder that names the process computing it, updated every few
 * seconds. A lock of a dead process is taken over.
 */
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { hasCode, LimbicError } from '../../base/errors.js'
import { explainFileError, makeFolder } from '../files.js'
import { heartbeat } from './heartbeat.js'
import { describeHolder, isAlive, type LockHolder, readLock, thisProcess } from './holder.js'

/** A lock held by this process. */
export interface HeldLock {
  readonly acquired: true
  /**
   * Verifies that nobody has taken it over, which can happen after this machine slept.
   *
   * @throws LimbicError if another process has
   */
  confirm(): void
  release(): void
}

export type LockAttempt = HeldLock | { readonly acquired: false; readonly holder: LockHolder }

/** This process's heartbeat. */
const heart = heartbeat()

/**
 * How long the guard file of a take-over may exist, in milliseconds, before it counts as abandoned.
 */
const takeOverLimit = 10_000

/**
 * The path of a run's lock: beside its folder, or inside it if the parent is not writable, as with
 * a folder mounted into a container.
 */
export function lockPath(folder: string): string {
  const path = realPath(resolve(folder))
  return existsSync(path) && !isWritable(dirname(path)) ? join(path, innerName) : `${path}.lock`
}

/** Whether a file in a run's folder belongs to its lock. */
export function isOfLock(name: string): boolean {
  return name.startsWith(innerName)
}

const innerName = '.lock'

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** A folder has one lock, by whichever path it is reached. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), basename(path))
  }
}

/**
 * Takes the lock at a path for this process, or returns its holder. Of several processes that try
 * at once, exactly one succeeds. A lock of another machine on a shared file system is trusted as
 * long as it has a heartbeat.
 *
 * @throws LimbicError if the lock cannot be written
 */
export function acquireLock(path: string): LockAttempt {
  const token = randomBytes(8).toString('hex')
  const own = `${path}.${process.pid}.${token}`
  const words = JSON.stringify(thisProcess(token))
  try {
    makeFolder(dirname(path))
    // Written in full before it is linked to its name, so that nobody reads half of it.
    writeFileSync(own, words)
    if (linked(own, path)) return held(path, token, words)
    const found = readLock(path)
    if (found && isAlive(found, timeOf(own))) return { acquired: false, holder: found.holder }
    return takeOver(path, own, token, words)
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    rmSync(own, { force: true })
  }
}

/** The holder of the lock at a path, by this machine's clock; undefined if there is none. */
export function findHolder(path: string): LockHolder | undefined {
  const found = readLock(path)
  return found && isAlive(found, Date.now()) ? found.holder : undefined
}

/** Replaces an abandoned lock with `own`; only one process at a time may do so. */
function takeOver(path: string, own: string, token: string, words: string): LockAttempt {
  const guard = `${path}.takeover`
  const now = timeOf(own)
  if (!linked(own, guard)) {
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (now - since > takeOverLimit) rmSync(guard, { force: true })
    return { acquired: false, holder: readLock(guard)?.holder ?? thisProcess(token) }
  }
  try {
    // Another process may have been first.
    const found = readLock(path)
    if (found && isAlive(found, now)) return { acquired: false, holder: found.holder }
    renameSync(own, path)
    return held(path, token, words)
  } finally {
    rmSync(guard, { force: true })
  }
}

function held(path: string, token: string, words: string): HeldLock {
  heart.start(path, words)
  const mine = () => readLock(path)?.holder.token === token
  return {
    acquired: true,
    confirm: () => {
      if (mine()) return
      const holder = readLock(path)?.holder
      throw new LimbicError('another process has taken over the run', {
        where: path,
        got: holder ? describeHolder(holder, path) : 'no lock',
        hint: 'Nothing was overwritten; repeat the command to resume the run',
      })
    },
    release: () => {
      heart.stop(path)
      if (mine()) rmSync(path, { force: true })
    },
  }
}

/**
 * The modification time of a file just written: the file system's clock, since those of two
 * machines may differ.
 */
function timeOf(path: string): number {
  return statSync(path).mtimeMs
}

/** Hard-links a file to a second name, atomically; false if that name exists. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST') return false
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return copied(from, to)
    throw error
  }
}

/**
 * The same on file systems without hard links (FAT): the file is created atomically, then filled.
 */
function copied(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}
