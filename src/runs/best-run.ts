/** The run of a folder that is worth using. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { shellWord } from '../base/text/shell.js'
import { explainFileError, lookAt } from '../disk/files.js'
import { RunFolder } from './folder.js'
import { hasWeights, soFar } from './open/so-far.js'

/** The best run of a folder. */
export interface BestRun {
  readonly run: RunFolder
  /** Its validation loss. */
  readonly loss: number
  /** Of how many runs it is the best: of the complete ones, or of those with weights if none is. */
  readonly of: number
}

/**
 * Of several seeds the complete one with the lowest validation loss; where none is complete, the one
 * that has come to the lowest so far.
 *
 * @param path only for the error
 * @throws LimbicError if none has weights
 */
export function bestOf(runs: readonly RunFolder[], path: string): BestRun {
  const complete = runs
    .filter((run) => run.complete)
    .map((run) => ({ run, loss: run.readResults().valid.loss ?? Number.POSITIVE_INFINITY }))
  const ranked = (complete.length > 0 ? complete : withWeights(runs)).sort(
    (one, other) => one.loss - other.loss,
  )
  const [best] = ranked
  if (best) return { ...best, of: ranked.length }
  throw new LimbicError('no run of these seeds has weights yet', {
    where: path,
    hint: `Let them go on with: limbic train --resume ${shellWord(path)}`,
  })
}

function withWeights(runs: readonly RunFolder[]): Omit<BestRun, 'of'>[] {
  return runs.flatMap((run) => {
    const reached = hasWeights(run) ? soFar(run) : undefined
    return reached ? [{ run, loss: reached.loss }] : []
  })
}

/**
 * The runs seed-NUMBER or foldNUMBER-seedNUMBER of a folder, by rising fold and seed; none where it
 * is no folder.
 */
export function seedRuns(path: string): RunFolder[] {
  let names: string[]
  try {
    if (!lookAt(path)?.isDirectory()) return []
    names = readdirSync(path)
  } catch (error) {
    throw explainFileError(error, path)
  }
  return names
    .flatMap((name) => {
      const [, fold = -1, seed] = /^(?:fold(\d+)-seed|seed-)(\d+)$/.exec(name) ?? []
      return seed === undefined ? [] : [{ name, fold: Number(fold), seed: Number(seed) }]
    })
    .sort((one, other) => one.fold - other.fold || one.seed - other.seed)
    .map(({ name }) => new RunFolder(join(path, name)))
    .filter((run) => run.exists)
}
