/** Trains a leased run. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import type { Dataset } from '../../data/dataset.js'
import type { DataConfig } from '../../learn/config.js'
import type { RunWatcher } from '../../learn/watcher.js'
import { RunFolder } from '../../runs/folder.js'
import { consentTo, isModelFile, modelFileOf } from '../../runs/model-file/index.js'
import { trainLocked } from '../../runs/run.js'
import { prepareFolder } from '../../runs/train/begin.js'
import type { LeasedRun, WorkerEnd } from '../messages.js'
import type { TravellingCell } from './cell.js'
import { checkDigest } from './digest.js'
import { abandon, claim, confirmClaim, isPublished, publish } from './publish.js'

export interface LeasedTraining extends LeasedRun {
  readonly watcher: RunWatcher
  readonly signal: AbortSignal
  /** Opens the data, or returns that of the previous run if it is the same. */
  datasetOf(config: DataConfig): Promise<Dataset>
}

/**
 * Trains a run and publishes it. A run that is already published is complete at once.
 *
 * @throws LimbicError if a file is missing on this machine or differs from what the run was
 * submitted with, a model's own file is not allowed, or the run cannot be trained
 */
export async function trainLeased(request: LeasedTraining): Promise<WorkerEnd> {
  const { cell, token, signal, watcher } = request
  const { config } = cell
  enter(request)
  const folder = resolve(cell.folder)
  const done = (): WorkerEnd => ({
    kind: 'complete',
    results: new RunFolder(folder).readResults(),
  })
  if (isPublished(folder, config)) return done()
  // Refuses a folder of another run before moving anything.
  prepareFolder(new RunFolder(folder), config)
  checkFiles(request)
  const claimed = claim(folder, token)
  if ('held' in claimed) return { kind: 'held', by: claimed.held }
  const { path } = claimed
  try {
    const dataset = await request.datasetOf(config.data)
    const lock = { confirm: () => confirmClaim(path) }
    const outcome = await trainLocked({ config, dataset, folder: path, watcher, signal }, lock)
    if (outcome.state === 'stopped') return { kind: 'stopped' }
    publish(path, folder, config)
    return done()
  } finally {
    abandon(path)
  }
}

/** Changes to the folder that the relative paths of a cell start from. */
function enter({ cell, base = cell.base }: LeasedRun): void {
  try {
    process.chdir(base)
  } catch {
    throw new LimbicError(
      'the folder that the run was submitted from does not exist on this machine',
      {
        where: base,
        hint: 'Mount it here, or give its path on this machine with --base',
      },
    )
  }
}

function checkFiles({ cell, allowModelFiles }: LeasedRun): void {
  const { config, digests } = cell
  const { model, data } = config
  if (isModelFile(model)) checkModelFile(cell, allowModelFiles)
  for (const path of [data.path, data.vectors]) {
    if (path === undefined || path === 'synthetic' || existsSync(path)) continue
    throw new LimbicError('a file that the run needs does not exist on this machine', {
      where: resolve(path),
      hint: 'Put it in a folder that all machines share',
    })
  }
  checkDigest(data.path, digests.data, 'the data')
  if (data.vectors !== undefined) checkDigest(data.vectors, digests.vectors, 'the word vectors')
}

function checkModelFile({ config: { model }, digests }: TravellingCell, allowed: boolean): void {
  if (!allowed) {
    throw new LimbicError("this worker does not execute models' own files", {
      where: model,
      hint: 'It would run with the permissions of the worker: review it, then start workers with --allow-model-files',
    })
  }
  const got = modelFileOf(model).digest
  if (got !== digests.model) {
    throw new LimbicError(
      'the model file on this machine differs from what the run was submitted with',
      {
        where: model,
        ...(digests.model !== undefined && { expected: digests.model }),
        got,
      },
    )
  }
  consentTo(model, 'allowed')
}
