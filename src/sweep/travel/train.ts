/** Trains a leased run. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { isRemote } from '../../remote/address.js'
import { bringData } from '../../remote/data.js'
import { RunFolder } from '../../runs/folder.js'
import { consentTo, isModelFile, modelFileOf } from '../../runs/model-file/index.js'
import { isSynthetic } from '../../runs/open-data.js'
import { bringWeights } from '../../runs/remote/from.js'
import { trainLocked } from '../../runs/run.js'
import { prepareFolder } from '../../runs/train/begin.js'
import type { LeasedRun, WorkerEnd } from '../messages.js'
import type { TravellingCell } from './cell.js'
import { checkDigest } from './digest.js'
import type { LeasedTraining } from './leased.js'
import { abandon, claim, confirmClaim, isPublished, publish } from './publish.js'
import { trainRemote } from './remote.js'

/**
 * Trains a run and publishes it. A run that is already published is complete at once.
 *
 * @throws LimbicError if a file is missing on this machine or differs from what the run was
 * submitted with, a model's own file is not allowed, or the run cannot be trained
 */
export async function trainLeased(request: LeasedTraining): Promise<WorkerEnd> {
  const { cell, token, signal, watcher } = request
  const { config } = cell
  if (needsBase(cell)) enter(request)
  if (isRemote(cell.folder)) return trainRemote(request, () => checkFiles(request))
  const folder = resolve(cell.folder)
  const done = (): WorkerEnd => ({
    kind: 'complete',
    results: new RunFolder(folder).readResults(),
  })
  if (isPublished(folder, config)) return done()
  // Refuses a folder of another run before moving anything.
  prepareFolder(new RunFolder(folder), config)
  await checkFiles(request)
  const claimed = claim(folder, token)
  if ('held' in claimed) return { kind: 'held', by: claimed.held }
  const { path } = claimed
  try {
    const dataset = await request.datasetOf(config.data, cell.digests.data)
    const lock = { confirm: () => confirmClaim(path) }
    const outcome = await trainLocked({ config, dataset, folder: path, watcher, signal }, lock)
    if (outcome.state === 'stopped') return { kind: 'stopped' }
    publish(path, folder, config)
    return done()
  } finally {
    abandon(path)
  }
}

/** Whether anything of a cell is at a relative path, or may be. */
function needsBase({ folder, config: { model, data, from } }: TravellingCell): boolean {
  const places = [folder, ...(isSynthetic(data) ? [] : [data.path]), data.vectors, from]
  return isModelFile(model) || places.some((place) => place !== undefined && !isRemote(place))
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

async function checkFiles({ cell, allowModelFiles }: LeasedRun): Promise<void> {
  const { config, digests } = cell
  const { model, data, from } = config
  if (isModelFile(model)) checkModelFile(cell, allowModelFiles)
  // A file of that name may be on one of the machines alone.
  if (!isSynthetic(data) || digests.data !== undefined) {
    await checkFile(data.path, digests.data, 'the data')
  }
  if (data.vectors !== undefined) {
    await checkFile(data.vectors, digests.vectors, 'the word vectors')
  }
  // A run that has begun has kept the weights that it started from.
  if (from !== undefined && digests.from !== undefined) {
    await checkFile(await bringWeights(from), digests.from, 'the run to start from')
  }
}

async function checkFile(path: string, digest: string | undefined, what: string): Promise<void> {
  if (digest === undefined) {
    throw new LimbicError(`the run was submitted without the digest of ${what}`, { where: path })
  }
  if (isRemote(path)) {
    await bringData(path, digest)
    return
  }
  if (!existsSync(path)) {
    throw new LimbicError('a file that the run needs does not exist on this machine', {
      where: resolve(path),
      hint: 'Put it in a folder that all machines share, or in a store (s3://)',
    })
  }
  checkDigest(path, digest, what)
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
