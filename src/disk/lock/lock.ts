/**
 * A lock on a run: a file beside its folder that names the process which computes it, and that this
 * process writes to every few seconds. That of a process that is gone is taken over.
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
import { LimbicError } from '../../base/errors.js'
import { explainFileError, makeFolder } from '../files.js'
import { heartbeat } from './heartbeat.js'
import { describeHolder, isAlive, type LockHolder, readLock, thisProcess } from './holder.js'

/** A lock that this process holds. */
export interface HeldLock {
  readonly acquired: true
  /**
   * Makes sure that nobody has taken it over meanwhile, as they may from a machine that slept.
   *
   * @throws LimbicError if somebody has
   */
  confirm(): void
  release(): void
}

export type LockAttempt = HeldLock | { readonly acquired: false; readonly holder: LockHolder }

/** That of this process. */
const heart = heartbeat()

/** How long the file that guards a take-over may stay, in milliseconds, before it counts as left behind. */
const takeOverLimit = 10_000

/**
 * Where the lock of a run lies: beside its folder, which holds nothing but the run, or in it where
 * nothing may be written beside it, as of a folder that was mounted into a container.
 */
export function lockPath(folder: string): string {
  const path = realPath(resolve(folder))
  return existsSync(path) && !isWritable(dirname(path)) ? join(path, innerName) : `${path}.lock`
}

/** Whether a file of a run's folder belongs to its lock. */
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

/** One folder has one lock, by whatever name it is called. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), basename(path))
  }
}

/**
 * Takes the lock at a path for this process, or says who has it. Of several processes that try at
 * once exactly one gets it. A lock of another machine, on a file system that both share, is believed
 * as long as it has a heartbeat.
 *
 * @throws LimbicError if the place cannot be written
 */
export function acquireLock(path: string): LockAttempt {
  const token = randomBytes(8).toString('hex')
  const own = `${path}.${process.pid}.${token}`
  const words = JSON.stringify(thisProcess(token))
  try {
    makeFolder(dirname(path))
    // Written whole before it gets its name, so that nobody reads a part of it.
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

/** Who holds the lock at a path, by this machine's clock; undefined where nobody does. */
export function findHolder(path: string): LockHolder | undefined {
  const found = readLock(path)
  return found && isAlive(found, Date.now()) ? found.holder : undefined
}

/** Puts `own` in the place of a lock that nobody holds; only one process at a time may do so. */
function takeOver(path: string, own: string, token: string, words: string): LockAttempt {
  const guard = `${path}.takeover`
  const now = timeOf(own)
  if (!linked(own, guard)) {
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? now
    if (now - since > takeOverLimit) rmSync(guard, { force: true })
    return { acquired: false, holder: readLock(guard)?.holder ?? thisProcess(token) }
  }
  try {
    // Meanwhile another process may have come first.
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

/** The time of a file that was written just now: two machines' clocks may differ, this is one. */
function timeOf(path: string): number {
  return statSync(path).mtimeMs
}

/** Gives a file a second name unless that is taken: the one step that no two processes can both do. */
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

/** The same where files have one name each (a memory stick): made by one, though not filled at once. */
function copied(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
