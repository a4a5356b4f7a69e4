/** Chooses the best run of a folder. */

import { LimbicError } from '../base/errors.js'
import { shellWord } from '../base/text/shell.js'
import { findRuns } from './find.js'
import type { RunFolder } from './folder.js'
import { hasWeights, soFar } from './open/so-far.js'

/** The best run of a folder. */
export interface BestRun {
  readonly run: RunFolder
  /** Present if it was chosen among seeds. */
  readonly chosen?: {
    /** Its validation loss. */
    readonly loss: number
    /** The number of runs compared: the complete ones, or those with weights if none is complete. */
    readonly of: number
  }
}

/**
 * The run at a path, or the best of its seeds.
 *
 * @throws LimbicError if there is none, or none of the seeds has weights
 */
export function bestRun(path: string): BestRun {
  const { runs } = findRuns(path)
  const [first] = runs
  return first && runs.length === 1 ? { run: first } : bestOf(runs, path)
}

/**
 * Of several seeds, the complete one with the lowest validation loss; if none is complete, the one
 * with the lowest so far.
 *
 * @param path only for the error
 * @throws LimbicError if none has weights
 */
function bestOf(runs: readonly RunFolder[], path: string): BestRun {
  const complete = runs
    .filter((run) => run.complete)
    .map((run) => ({ run, loss: run.readResults().valid.loss ?? Number.POSITIVE_INFINITY }))
  const ranked = (complete.length > 0 ? complete : withWeights(runs)).sort(
    (one, other) => one.loss - other.loss,
  )
  const [best] = ranked
  if (best) return { run: best.run, chosen: { loss: best.loss, of: ranked.length } }
  throw new LimbicError('none of these runs has weights yet', {
    where: path,
    hint: `Continue training with: limbic train --resume ${shellWord(path)}`,
  })
}

function withWeights(runs: readonly RunFolder[]): { run: RunFolder; loss: number }[] {
  return runs.flatMap((run) => {
    const reached = hasWeights(run) ? soFar(run) : undefined
    return reached ? [{ run, loss: reached.loss }] : []
  })
}
