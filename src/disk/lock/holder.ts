/** The process that holds a lock: what its file says, and whether it is still there. */
import { closeSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { openPlainFile } from '../plain-file.js'

const holderSchema = z.object({
  /** 0 and below are groups of processes, not one. */
  pid: z.int().positive(),
  /** When the process began, where the system tells: numbers of processes are used again. */
  began: z.string(),
  host: z.string(),
  /** The start of the machine and the space that process numbers count in, such as a container's. */
  place: z.string().optional(),
  /** When the lock was taken, by the holder's clock: for people. */
  since: z.string().optional(),
  /** Tells this lock from any other, also of the same process. */
  token: z.string().optional(),
})

/** The process that holds a lock. */
export type LockHolder = z.infer<typeof holderSchema>

/** A lock as it was found. */
export interface FoundLock {
  readonly holder: LockHolder
  /** When it was last written to, in milliseconds, by the clock of the file system. */
  readonly beat: number
}

/** Seconds between two heartbeats of a lock. */
export const beatSeconds = 10

/**
 * Seconds without a heartbeat after which a holder that cannot be looked up counts as gone. A file
 * system that machines share may tell a time that is a minute old.
 */
export const silenceSeconds = 180

/** A lock holds a line of a few hundred bytes; of anything longer no more is read. */
const mostBytes = 4096

/** Undefined where there is no lock, or none that can be read: a pipe, a device, other content. */
export function readLock(path: string): FoundLock | undefined {
  try {
    // What is asked of an open file is fresh, also over a network.
    const { descriptor, status } = openPlainFile(path)
    try {
      const bytes = Buffer.alloc(mostBytes)
      const text = bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, mostBytes, 0))
      return { holder: holderSchema.parse(JSON.parse(text)), beat: status.mtimeMs }
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}

/** This process as a holder. */
export function thisProcess(token: string): LockHolder {
  return {
    pid: process.pid,
    began: beginOf(process.pid),
    host: hostname(),
    place: ownPlace(),
    since: new Date().toISOString(),
    token,
  }
}

/**
 * Whether a holder is still there. A process of this machine is looked up; any other is believed
 * as long as its lock has a heartbeat.
 *
 * @param now by the clock of the file system
 */
export function isAlive({ holder, beat }: FoundLock, now: number): boolean {
  const { pid, began, host, place } = holder
  const here = host === hostname() && (place === undefined || place === ownPlace())
  // Beats from far in the future are of a clock that was wrong once.
  if (!here) return Math.abs(now - beat) < silenceSeconds * 1000
  try {
    process.kill(pid, 0)
  } catch (error) {
    // A process of somebody else runs, though it may not be signalled.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
  }
  return began === beginOf(pid)
}

/** Whom a lock waits for, and what to do where that is in vain: `process 71 on gpu2, since ...`. */
export function describeHolder(
  { pid, host, since }: Pick<LockHolder, 'pid' | 'host' | 'since'>,
  path: string,
): string {
  const here = host === hostname()
  const when = since === undefined ? '' : `, since ${since}`
  const free = here
    ? `to release the lock, end that process (kill ${pid})`
    : `to release the lock, end that process, or delete ${path} if that machine is gone ` +
      `(the lock expires ${silenceSeconds / 60} min after its last update)`
  return `process ${pid} on ${here ? 'this machine' : host}${when}; ${free}`
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

/** Process numbers and their beginnings mean nothing after a restart, or in another container. */
function ownPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
