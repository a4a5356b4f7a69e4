/** The process that holds a lock: the file's content, and whether the process is still alive. */

import { closeSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'
import { hasCode } from '../../base/errors.js'
import { openPlainFile } from '../plain-file.js'

const holderSchema = z.object({
  /** 0 and below denote process groups. */
  pid: z.int().positive(),
  /** When the process started, if the system tells; needed because process ids are reused. */
  began: z.string(),
  host: z.string(),
  /** The boot id and pid namespace, such as a container's. */
  place: z.string().optional(),
  /** When the lock was taken, by the holder's clock; for display. */
  since: z.string().optional(),
  /** Distinguishes this lock from others of the same process. */
  token: z.string().optional(),
})

/** The process that holds a lock. */
export type LockHolder = z.infer<typeof holderSchema>

/** A lock as found on disk. */
export interface FoundLock {
  readonly holder: LockHolder
  /** When it was last updated, in milliseconds, by the file system's clock. */
  readonly beat: number
}

/** Seconds between heartbeats. */
export const beatSeconds = 10

/**
 * Seconds without a heartbeat after which a holder that cannot be checked counts as dead. Shared
 * file systems may report times that are a minute old.
 */
export const silenceSeconds = 180

/** A lock is a line of a few hundred bytes; nothing longer is read. */
const mostBytes = 4096

/** Undefined if there is no readable lock: no file, a pipe, a device, other content. */
export function readLock(path: string): FoundLock | undefined {
  try {
    // fstat of an open file is fresh even over a network.
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
 * Whether a holder is still alive. A process on this machine is looked up; any other is trusted as
 * long as its lock has a heartbeat.
 *
 * @param now by the file system's clock
 */
export function isAlive({ holder, beat }: FoundLock, now: number): boolean {
  const { pid, began, host, place } = holder
  const here = host === hostname() && (place === undefined || place === ownPlace())
  // A beat from the far future comes from a wrong clock.
  if (!here) return Math.abs(now - beat) < silenceSeconds * 1000
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Another user's process exists, although it may not be signalled.
    if (hasCode(error, 'ESRCH')) return false
  }
  return began === beginOf(pid)
}

/** The holder, and how to release its lock: `process 71 on gpu2, since ...`. */
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

/** When a process started, in kernel ticks; empty on systems without /proc. */
function beginOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may contain anything; the start time is the 20th field after it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/**
 * Identifies the boot and the container: process ids and start times are comparable only within
 * both.
 */
function ownPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
