/** Opens a run with its weights for prediction and evaluation. */

import { bestRun } from './best-run.js'
import type { ModelFileOptions } from './model-file/index.js'
import { type RunRecord, readRun } from './trained.js'

/**
 * Opens the folder of a run (the best weights so far) or of several seeds (the complete one with the
 * lowest validation loss).
 *
 * @throws LimbicError if there is no run, it is damaged, or its model file lacks consent or has
 * changed
 */
export function openRun(path: string, options: ModelFileOptions = {}): RunRecord {
  return readRun(bestRun(path).run, options)
}
