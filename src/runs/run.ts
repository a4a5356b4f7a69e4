/** One run: a model, a corpus, a seed, a folder. */

import { mergeTrainValid } from '../data/prepare/split/index.js'
import type { HeldLock } from '../disk/lock/index.js'
import { watchPart } from '../learn/watcher.js'
import { RunFolder } from './folder.js'
import { begin, prepareFolder } from './train/begin.js'
import type { RunOutcome, RunRequest } from './train/request.js'
import { trainStages } from './train/stages.js'
import { withTextEncoder } from './train/text-encoder.js'
import { waitForRun } from './train/wait.js'

export type { RunOutcome, RunRequest } from './train/request.js'

/**
 * Trains until the monitored metric has not improved for `patience` epochs, stage after stage if a
 * model has stages, then predicts with the best weights. With `refit` it then trains anew on
 * training and validation data together, for as many epochs at the same rates; the run on the
 * training data alone is kept in `selection/`.
 *
 * The same configuration (including threads), data and machine give bit-identical weights,
 * interrupted or not. A resumed run uses as many threads as it started with, unless told otherwise.
 *
 * Only one process computes a run at a time. If another does, this waits for it and tells the
 * watcher which.
 *
 * @throws LimbicError if the model cannot take the data, the folder belongs to another run, the
 * data or the model file has changed since the run began, the model file lacks consent, or the loss
 * becomes NaN
 */
export async function trainRun(asked: RunRequest): Promise<RunOutcome> {
  const request = { ...asked, config: withTextEncoder(asked.config) }
  const folder = new RunFolder(request.folder)
  // Refuses another run's folder before waiting for its lock.
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
 * @throws LimbicError as `trainRun` does, and if another process took over the lock
 */
export async function trainLocked(
  given: RunRequest,
  lock: Pick<HeldLock, 'confirm'>,
): Promise<RunOutcome> {
  const asked = { ...given, config: withTextEncoder(given.config) }
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
    // The number of epochs is fixed, so no run on the training data alone is needed first.
    const everything = { ...request, dataset: mergeTrainValid(dataset) }
    return trainStages(await begin(everything, folder, resumed))
  }

  // The second half takes at most as many epochs as the first, usually fewer.
  const part = (from: number, to: number) => watchPart(request.watcher ?? {}, { from, to })
  const merged = { ...request, dataset: mergeTrainValid(dataset), watcher: part(0.5, 1) }
  const all = await begin(merged, folder, resumed)
  const selection = folder.file('selection')
  const once = { ...config, training: { ...config.training, refit: false } }
  const first = { ...request, folder: selection, config: once, watcher: part(0, 0.5) }
  const outcome = await trainLocked(first, lock)
  return outcome.state === 'stopped' ? outcome : trainStages(all, new RunFolder(selection))
}
