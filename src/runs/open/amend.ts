/** Amends an existing run: how long it trains, and where its data is. */
import { existsSync, rmSync } from 'node:fs'
import { LimbicError } from '../../base/errors.js'
import { acquireLock, describeHolder, lockPath } from '../../disk/lock/index.js'
import type { RunConfig } from '../../learn/config.js'
import { RunFolder } from '../folder.js'
import { isSynthetic } from '../open-data.js'

/** The changes; settings not given stay. */
export interface Amendment {
  /** The most epochs, of the last stage if there are several. */
  readonly epochs?: number | undefined
  readonly patience?: number | undefined
  /** The data's current path; resuming checks that the data is the same. */
  readonly path?: string | undefined
  /** The current path of the word vectors. */
  readonly vectors?: string | undefined
}

/**
 * Amends the configuration of a run. A complete run is reopened if it can then train further: the
 * result is the same as if it had been configured this way from the start.
 *
 * @returns the configuration as it is now, and whether there is anything to train
 * @throws LimbicError if the run has more epochs already, or another process computes it
 */
export function amendRun(
  folder: RunFolder,
  amendment: Amendment,
): { config: RunConfig; open: boolean } {
  const path = lockPath(folder.path)
  const lock = acquireLock(path)
  if (!lock.acquired) {
    throw new LimbicError('another process is training this run', {
      where: folder.path,
      got: describeHolder(lock.holder, path),
    })
  }
  try {
    return amend(folder, amendment)
  } finally {
    lock.release()
  }
}

function amend(folder: RunFolder, amendment: Amendment): { config: RunConfig; open: boolean } {
  const before = folder.readConfig()
  const { path } = amendment
  if (path !== undefined && isSynthetic(before.data)) {
    throw new LimbicError('the data of this run is synthetic', {
      where: folder.path,
      got: path,
      hint: 'Leave out --data',
    })
  }
  if (path !== undefined && !existsSync(path)) {
    throw new LimbicError('no such file or folder', { where: path, hint: 'Check the path' })
  }
  const config = amendConfig(before, amendment)
  // In a refit, the first half determines the length of the second.
  const selection = new RunFolder(folder.file('selection'))
  const deciding = before.training.refit ? selection : folder
  const records = deciding.readEpochs()
  const done = records.length
  const { epochs, patience } = config.training
  if (epochs < done) {
    throw new LimbicError('the run has already trained for more epochs', {
      where: folder.path,
      expected: `at least ${done}`,
      got: `${epochs}`,
    })
  }
  const bestEpoch = records.findLast(({ best }) => best)?.epoch ?? 0
  const open = !folder.complete || (done < epochs && done - bestEpoch < patience)
  // Results go first: until the new ones are there, the run is not complete.
  if (open && before.training.refit) rmSync(selection.file('results.json'), { force: true })
  if (open) rmSync(folder.file('results.json'), { force: true })
  if (selection.exists) selection.writeConfig(amendConfig(selection.readConfig(), amendment))
  folder.writeConfig(config)
  return { config, open }
}

/** A configuration with the changes applied. */
export function amendConfig(
  config: RunConfig,
  { epochs, patience, path, vectors }: Amendment,
): RunConfig {
  const { training, data } = config
  return {
    ...config,
    data: {
      ...data,
      ...(path !== undefined && { path }),
      ...(vectors !== undefined && { vectors }),
    },
    training: {
      ...training,
      ...(epochs !== undefined && { epochs }),
      ...(patience !== undefined && { patience }),
    },
  }
}
