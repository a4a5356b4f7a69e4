/**
 * A lock on a run: a file beside its folder that names the process which computes it. That of a
 * process that no longer runs is taken over.
 */
import { randomBytes } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { z } from 'zod'
import { explainFileError } from './files.js'

const holderSchema = z.object({
  pid: z.int(),
  /** When the process began, where the system tells: numbers of processes are used again. */
  began: z.string(),
  host: z.string(),
})

/** The process that holds a lock. */
export type LockHolder = z.infer<typeof holderSchema>

export type LockAttempt =
  | { readonly acquired: true; release(): void }
  | { readonly acquired: false; readonly holder: LockHolder }

/** How long the file that guards a take-over may stay, in milliseconds, before it counts as left behind. */
const takeOverLimit = 10_000

/** Where the lock of a run lies: beside its folder, which holds nothing but the run. */
export function lockPath(folder: string): string {
  return `${folder}.lock`
}

/**
 * Takes the lock at a path for this process, or says who has it. Of several processes that try at
 * once exactly one gets it. On a file system that several machines share, another machine's lock is
 * believed to be in use.
 *
 * @throws LimbicError if the place cannot be written
 */
export function acquireLock(path: string): LockAttempt {
  const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    // Written whole before it gets its name, so that nobody reads a part of it.
    writeFileSync(own, JSON.stringify(thisProcess()))
    if (linked(own, path)) return held(path)
    const holder = readHolder(path)
    if (holder && runs(holder)) return { acquired: false, holder }
    return takeOver(path, own)
  } catch (error) {
    throw explainFileError(error, path)
  } finally {
    rmSync(own, { force: true })
  }
}

/** Puts `own` in the place of a lock that nobody holds; only one process at a time may do so. */
function takeOver(path: string, own: string): LockAttempt {
  const guard = `${path}.takeover`
  if (!linked(own, guard)) {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > takeOverLimit) rmSync(guard, { force: true })
    return { acquired: false, holder: readHolder(guard) ?? thisProcess() }
  }
  try {
    // Meanwhile another process may have come first.
    const holder = readHolder(path)
    if (holder && runs(holder)) return { acquired: false, holder }
    renameSync(own, path)
    return held(path)
  } finally {
    rmSync(guard, { force: true })
  }
}

function held(path: string): LockAttempt {
  return { acquired: true, release: () => rmSync(path, { force: true }) }
}

/** Gives a file a second name unless that is taken: the one step that no two processes can both do. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Undefined where there is no lock, or none that can be read. */
function readHolder(path: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return undefined
  }
}

function thisProcess(): LockHolder {
  return { pid: process.pid, began: beginOf(process.pid), host: hostname() }
}

function runs({ pid, began, host }: LockHolder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else runs, though it may not be signalled.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  return began === beginOf(pid)
}

/** When a process began, in the kernel's ticks; empty where the system has no /proc. */
function beginOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold anything; the time is the 20th field after it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
