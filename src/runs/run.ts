/** One run: a model, a corpus, a seed, a folder. */

import { mergeTrainValid } from '../data/prepare/split/index.js'
import type { HeldLock } from '../disk/lock/index.js'
import { watchPart } from '../learn/watcher.js'
import { RunFolder } from './folder.js'
import { begin, prepareFolder } from './train/begin.js'
import type { RunOutcome, RunRequest } from './train/request.js'
import { trainStages } from './train/stages.js'
import { waitForRun } from './train/wait.js'

export type { RunOutcome, RunRequest } from './train/request.js'

/**
 * Trains until what is watched has not improved for `patience` epochs, stage after stage where a
 * model has stages, then predicts with the best weights. With `refit` it then trains anew on
 * training and validation data together, for as many epochs at the same rates; the run on the
 * training data alone is kept in `selection/`.
 *
 * Same configuration (with as many threads) and data, same machine: the same weights to the last
 * bit, whether or not the run was interrupted on the way. A run that goes on has as many threads as
 * it began with unless it is told how many.
 *
 * One process at a time computes a run. Where another does, this waits for its end, and tells the
 * watcher for whom.
 *
 * @throws LimbicError for data that the model cannot take, a folder of another run, data or a model's
 * file that changed since the run began, a model's file that nobody has consented to, or a loss that
 * is no longer a number
 */
export async function trainRun(request: RunRequest): Promise<RunOutcome> {
  const folder = new RunFolder(request.folder)
  // Nobody need wait to be told that this is the folder of something else.
  prepareFolder(folder, request.config)
  const lock = await waitForRun(folder.path, request.watcher, request.signal)
  if (!lock) return { state: 'stopped', epoch: folder.readEpochs().at(-1)?.epoch ?? 0 }
  try {
    return await trainLocked(request, lock)
  } finally {
    lock.release()
  }
}

/**
 * `trainRun` for a process that has the run's lock already.
 *
 * @throws LimbicError as `trainRun` does, and where another process took the lock over
 */
export async function trainLocked(
  asked: RunRequest,
  lock: Pick<HeldLock, 'confirm'>,
): Promise<RunOutcome> {
  const folder = new RunFolder(asked.folder, lock)
  const before = prepareFolder(folder, asked.config)
  const resumed = before !== undefined
  const config = before
    ? { ...asked.config, threads: asked.config.threads ?? before.threads }
    : asked.config
  const request = { ...asked, config }
  const { dataset } = request
  if (resumed && folder.complete) {
    folder.checkWeights()
    return { state: 'complete', results: folder.readResults() }
  }
  if (!config.training.refit) return trainStages(await begin(request, folder, resumed))

  if (config.training.monitor === 'none') {
    // How many epochs there are is known: nothing has to be found on the training data alone first.
    const everything = { ...request, dataset: mergeTrainValid(dataset) }
    return trainStages(await begin(everything, folder, resumed))
  }

  // The second half takes no more epochs than the first, and mostly fewer: how many is not known.
  const part = (from: number, to: number) => watchPart(request.watcher ?? {}, { from, to })
  const merged = { ...request, dataset: mergeTrainValid(dataset), watcher: part(0.5, 1) }
  const all = await begin(merged, folder, resumed)
  const selection = folder.file('selection')
  const once = { ...config, training: { ...config.training, refit: false } }
  const first = { ...request, folder: selection, config: once, watcher: part(0, 0.5) }
  const outcome = await trainLocked(first, lock)
  return outcome.state === 'stopped' ? outcome : trainStages(all, new RunFolder(selection))
}
