/**
 * Where a leased run is computed, and how it becomes a run that others see.
 *
 *     runs/table/row/seed-3                     the complete run, which appears at once
 *     runs/table/row/.seed-3.work/<token>       while it is computed, by the lease of that token
 *
 * A new lease renames the folder of the one before, so that the work goes on after its last epoch and
 * whoever lost the lease finds its folder gone. The complete run is renamed to its place, which fails
 * where there is one already: of several that were computed, the first is kept.
 */
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { explainFileError, makeFolder } from '../../disk/files.js'
import { acquireLock, lockPath } from '../../disk/lock/index.js'
import type { RunConfig } from '../../learn/config.js'
import type { RunHolder } from '../../learn/watcher.js'
import { RunFolder } from '../../runs/folder.js'
import { sameRun } from '../../runs/same-run.js'

const workFolder = (folder: string) => join(dirname(folder), `.${basename(folder)}.work`)

/** Whether the complete run is in its place. */
export function isPublished(folder: string, config: RunConfig): boolean {
  const run = new RunFolder(folder)
  return run.exists && run.complete && sameRun(run.readConfig(), config)
}

/** The folder that a lease computes in, or the process that has the run without any lease. */
export type Claim = { readonly path: string } | { readonly held: RunHolder }

/**
 * Claims a run for a lease: what an earlier lease left of it, or an interrupted `limbic train`, is
 * gone on with.
 *
 * @throws LimbicError if the folders cannot be written
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
    // The one of a run; what a lost worker still writes elsewhere has no configuration.
    const before = readdirSync(place).find((name) => new RunFolder(join(place, name)).exists)
    if (before !== undefined && before !== token) moved(join(place, before), path)
    makeFolder(path)
    return { path }
  } catch (error) {
    throw explainFileError(error, path)
  }
}

/**
 * Verifies that the folder is still that of the lease.
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
 * Puts a complete run in its place by one rename, unless there is one.
 *
 * @param path of the lease's folder
 * @throws LimbicError if its weights are not those of its results, something else is in its place, or
 * another worker has taken the run over
 */
export function publish(path: string, folder: string, config: RunConfig): void {
  const run = new RunFolder(path)
  confirmClaim(path)
  try {
    run.checkWeights()
  } catch (error) {
    // The next lease is to begin anew.
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

/** Removes what a lease leaves that came to nothing; what has begun stays for the next. */
export function abandon(path: string): void {
  if (new RunFolder(path).exists) return
  rmSync(path, { recursive: true, force: true })
  try {
    rmdirSync(dirname(path))
  } catch {
    // Another lease computes beside it.
  }
}

/** Renames a folder, or does nothing where it is gone. */
function moved(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}
