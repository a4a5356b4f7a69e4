/** The run of a folder that is worth using. */
import { bestOf } from '../../runs/best-run.js'
import { findRuns, requireComplete } from '../../runs/find.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { openTrained, type TrainedRun } from '../../runs/trained.js'
import type { Terminal } from './terminal.js'

/**
 * Opens the run of a folder; of several seeds the complete one with the lowest validation loss,
 * which is said.
 *
 * @throws LimbicError if there is none that is complete, a file of it is damaged, or its model is a
 * file that nobody has consented to
 */
export function openBestRun(
  path: string,
  terminal: Terminal,
  options: ModelFileOptions = {},
): TrainedRun {
  const { runs } = findRuns(path)
  const [first] = runs
  if (first && runs.length === 1) return openTrained(requireComplete(first), options)
  const { run, loss, of } = bestOf(runs, path)
  const opened = openTrained(run, options)
  terminal.note(
    `seed ${opened.config.seed}, the best of ${of} by validation loss (${loss.toFixed(4)})`,
  )
  return opened
}
