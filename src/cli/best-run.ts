/** The run of a folder that is worth using. */
import { LimbicError } from '../errors.js'
import { openTrained, type TrainedRun } from '../train/trained.js'
import { findRuns, requireComplete } from './runs.js'
import type { Terminal } from './terminal.js'

/**
 * Opens the run of a folder; of several seeds the complete one with the lowest validation loss,
 * which is said.
 *
 * @throws LimbicError if there is none that is complete, or a file of it is damaged
 */
export function openBestRun(path: string, terminal: Terminal): TrainedRun {
  const { runs } = findRuns(path)
  const [first] = runs
  if (first && runs.length === 1) return openTrained(requireComplete(first))
  const ranked = runs
    .filter((run) => run.complete)
    .map((run) => ({ run, loss: run.readResults().valid.loss ?? Number.POSITIVE_INFINITY }))
    .sort((one, other) => one.loss - other.loss)
  const [best] = ranked
  if (!best) {
    throw new LimbicError('no run of these seeds is complete', {
      where: path,
      hint: `Let them come to their end with: limbic train --resume ${path}`,
    })
  }
  const opened = openTrained(best.run)
  terminal.note(
    `seed ${opened.config.seed}, the best of ${ranked.length} by validation loss (${best.loss.toFixed(4)})`,
  )
  return opened
}
