import { bestOf, seedRuns } from './best-run.js'
import { RunFolder } from './folder.js'
import type { ModelFileOptions } from './model-file/index.js'
import { type RunRecord, readRun } from './trained.js'

/**
 * Opens the folder of a run (the best weights so far) or of several seeds (the complete one with the
 * lowest validation loss).
 *
 * @throws LimbicError if there is no run, it is damaged, or its model is a file that nobody has
 * consented to, or that was edited
 */
export function openRun(path: string, options: ModelFileOptions = {}): RunRecord {
  const own = new RunFolder(path)
  const seeds = own.exists ? [] : seedRuns(path)
  return readRun(seeds.length > 0 ? bestOf(seeds, path).run : own, options)
}
