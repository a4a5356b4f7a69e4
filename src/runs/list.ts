/** All runs below a folder, with the state of each. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { explainFileError } from '../disk/files.js'
import { findHolder, type LockHolder, lockPath } from '../disk/lock/index.js'
import type { RunConfig } from '../learn/config.js'
import type { EpochRecord, RunDescription, RunResults } from '../learn/records.js'
import { RunFolder } from './folder.js'
import { hasWeights, type SoFar, soFar } from './open/so-far.js'
import type { RunState } from './states.js'

export type { RunState }

/** A run as an entry of a list. */
export interface ListedRun {
  readonly path: string
  readonly state: RunState
  /** Absent if its files are damaged. */
  readonly config?: RunConfig
  readonly description?: RunDescription
  /** Finished epochs, and the best of them. */
  readonly reached?: SoFar
  /** The figures of the best weights: on the test set of a complete run, else on validation. */
  readonly figures?: {
    readonly split: 'valid' | 'test'
    readonly metrics: Readonly<Record<string, number | null>>
  }
  /** The last finished epoch of a run that is not complete. */
  readonly last?: EpochRecord
  /** What a complete run came to. */
  readonly results?: RunResults
  /** The process that computes it. */
  readonly holder?: LockHolder
  /** The error, if its files are damaged. */
  readonly problem?: string
}

/** The deepest level of folders that is listed. */
const deepest = 6

/**
 * Every run in a folder or below it, sorted by path.
 *
 * @throws LimbicError if the folder cannot be read
 */
export function listRuns(folder: string): ListedRun[] {
  return findRunFolders(folder).map((run) => withConfig(look(run)))
}

/**
 * The folder of every run in a folder or below it, sorted by path.
 *
 * @param unread called for a folder that cannot be read; by default it throws the error
 * @throws LimbicError if a folder cannot be read
 */
export function findRunFolders(
  folder: string,
  unread: (error: unknown) => void = raise,
  depth = deepest,
): RunFolder[] {
  const own = new RunFolder(folder)
  // Folders in a run's folder are its stages, and the run that a refit repeats.
  if (own.exists) return [own]
  if (depth === 0) return []
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort(order.compare)
      .flatMap((name) => findRunFolders(join(folder, name), unread, depth - 1))
  } catch (error) {
    unread(explainFileError(error, folder))
    return []
  }
}

function raise(error: unknown): never {
  throw error
}

const order = new Intl.Collator('en', { numeric: true })

/** A run without its configuration, which takes longer to read than all else. */
export function look(run: RunFolder): ListedRun {
  const { path } = run
  return unlessDamaged(path, () => {
    const description = run.readDescription()
    const holder = findHolder(lockPath(path))
    const common = { path, description, ...(holder && { holder }) }
    if (run.complete) {
      const results = run.readResults()
      const { epochs, bestEpoch, valid, test } = results
      const reached = { epochs, bestEpoch, loss: valid.loss ?? Number.NaN }
      const figures = { split: 'test' as const, metrics: test }
      return { ...common, state: 'complete', reached, figures, results }
    }
    const begun = hasWeights(run)
    const state = holder ? 'running' : begun ? 'unfinished' : 'untrained'
    const reached = begun ? soFar(run) : undefined
    const records = run.readEpochs()
    const best = records.findLast((record) => record.best)
    const last = records.at(-1)
    return {
      ...{ ...common, state },
      ...(reached && { reached }),
      ...(last && { last }),
      ...(best && {
        figures: { split: 'valid', metrics: { loss: best.validLoss, ...best.metrics } },
      }),
    }
  })
}

/** The run with its configuration, or damaged if that cannot be read. */
export function withConfig(run: ListedRun): ListedRun {
  if (run.state === 'damaged') return run
  return unlessDamaged(run.path, () => ({ ...run, config: new RunFolder(run.path).readConfig() }))
}

function unlessDamaged(path: string, read: () => ListedRun): ListedRun {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof LimbicError)) throw error
    return { path, state: 'damaged', problem: error.message }
  }
}
