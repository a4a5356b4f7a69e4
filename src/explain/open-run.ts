import { bestOf, seedRuns } from '../train/best-run.js'
import { RunFolder } from '../train/run-folder.js'
import { openTrained, type TrainedRun } from '../train/trained.js'

/**
 * Opens the folder of a run with all that explaining it takes; of several seeds the complete one
 * with the lowest validation loss.
 *
 * @throws LimbicError if there is no run, or it is damaged
 */
export function openRun(path: string): TrainedRun {
  const own = new RunFolder(path)
  const seeds = own.exists ? [] : seedRuns(path)
  return openTrained(seeds.length > 0 ? bestOf(seeds, path).run : own)
}
