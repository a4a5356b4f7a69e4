import { bestOf, seedRuns } from './best-run.js'
import { RunFolder } from './folder.js'
import { openTrained, type TrainedRun } from './trained.js'

/**
 * Opens the folder of a run (the best weights so far) or of several seeds (the complete one with the
 * lowest validation loss).
 *
 * @throws LimbicError if there is no run, or it is damaged
 */
export function openRun(path: string): TrainedRun {
  const own = new RunFolder(path)
  const seeds = own.exists ? [] : seedRuns(path)
  return openTrained(seeds.length > 0 ? bestOf(seeds, path).run : own)
}
