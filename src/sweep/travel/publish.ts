/**
 * Where a leased run is trained, and how it becomes visible to others.
 *
 *     runs/table/row/seed-3                     the complete run, which appears in one step
 *     runs/table/row/.seed-3.work/<token>       the run in progress, for the lease with that token
 *
 * A new lease renames the folder of the previous one, so training resumes after its last epoch, and
 * a worker that lost its lease finds its folder gone. The complete run is renamed to its final
 * folder; this fails if that exists, so if several workers finish the run, the first result is
 * kept.
 */
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { hasCode, LimbicError } from '../../base/errors.js'
import { explainFileError, makeFolder } from '../../disk/files.js'
import { acquireLock, lockPath } from '../../disk/lock/index.js'
import type { RunConfig } from '../../learn/config.js'
import type { RunHolder } from '../../learn/watcher.js'
import { RunFolder } from '../../runs/folder.js'
import { sameRun } from '../../runs/same-run.js'

const workFolder = (folder: string) => join(dirname(folder), `.${basename(folder)}.work`)

/** Whether the complete run is in its final folder. */
export function isPublished(folder: string, config: RunConfig): boolean {
  const run = new RunFolder(folder)
  return run.exists && run.complete && sameRun(run.readConfig(), config)
}

/** The run that a lease trains or has left unfinished, if any, for a final folder. */
export function runUnderWay(folder: string): RunFolder | undefined {
  const place = workFolder(folder)
  if (!existsSync(place)) return undefined
  // Only a folder with a configuration is a run; a lost worker may still write into others.
  return readdirSync(place)
    .map((name) => new RunFolder(join(place, name)))
    .find((run) => run.exists)
}

/** The folder of a lease, or the process that is training the run without a lease. */
export type Claim = { readonly path: string } | { readonly held: RunHolder }

/**
 * Claims a run for a lease. It resumes what an earlier lease or an interrupted `limbic train` left.
 *
 * @throws LimbicError if a folder cannot be written
 */
export function claim(folder: string, token: string): Claim {
  const place = workFolder(folder)
  const path = join(place, token)
  makeFolder(place)
  try {
    if (existsSync(folder)) {
      const lock = acquireLock(lockPath(folder))
      if (!lock.acquired) {
        const { pid, host, since } = lock.holder
        return { held: { pid, host, since, lock: lockPath(folder) } }
      }
      try {
        moved(folder, path)
      } finally {
        lock.release()
      }
      return { path }
    }
    const before = runUnderWay(folder)
    if (before && before.path !== path) moved(before.path, path)
    makeFolder(path)
    return { path }
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/**
 * Verifies that the lease still owns its folder.
 *
 * @throws LimbicError if another lease has taken the run over
 */
export function confirmClaim(path: string): void {
  if (existsSync(path)) return
  throw new LimbicError('another worker has taken over the run', {
    where: path,
    hint: 'Nothing was overwritten',
  })
}

/**
 * Moves a complete run to its final folder by one rename, unless a run is already there.
 *
 * @param path the lease's folder
 * @throws LimbicError if its weights do not match its results, the final folder holds something
 * else, or another worker has taken the run over
 */
export function publish(path: string, folder: string, config: RunConfig): void {
  const run = new RunFolder(path)
  confirmClaim(path)
  try {
    run.checkWeights()
  } catch (error) {
    // The next lease starts from scratch.
    rmSync(path, { recursive: true, force: true })
    throw error
  }
  try {
    renameSync(path, folder)
  } catch (error) {
    if (!isPublished(folder, config)) throw explainFileError(error, folder)
  }
  rmSync(workFolder(folder), { recursive: true, force: true })
}

/**
 * Removes the folder of a lease that trained nothing; a run in progress stays for the next lease.
 */
export function abandon(path: string): void {
  if (new RunFolder(path).exists) return
  rmSync(path, { recursive: true, force: true })
  try {
    rmdirSync(dirname(path))
  } catch {
    // Another lease has a folder here.
  }
}

/** Renames a folder; does nothing if it is gone. */
function moved(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}
