/** Waits for a run that another process computes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { acquireLock, type HeldLock, lockPath } from '../../disk/lock/index.js'
import type { RunWatcher } from '../../learn/watcher.js'

/** How often to check whether another process is done, in milliseconds. */
const patience = 500

/**
 * Takes the lock of a run when its holder is done; reports the holder once.
 *
 * @returns undefined if the signal came first
 * @throws LimbicError if the folder cannot be written
 */
export async function waitForRun(
  folder: string,
  watcher: RunWatcher = {},
  signal?: AbortSignal,
): Promise<HeldLock | undefined> {
  const path = lockPath(folder)
  for (let told = false; ; told = true) {
    const lock = acquireLock(path)
    if (lock.acquired) return lock
    if (!told) {
      const { pid, host, since } = lock.holder
      watcher.waiting?.({ pid, host, since, lock: path })
    }
    if (signal?.aborted) return undefined
    await sleep(patience, undefined, { signal }).catch(() => {})
  }
}
