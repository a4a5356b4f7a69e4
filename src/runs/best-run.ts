/** The run of a folder that is worth using. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { shellWord } from '../base/text/shell.js'
import { explainFileError, lookAt } from '../disk/files.js'
import { RunFolder } from './folder.js'

/** The best run of a folder. */
export interface BestRun {
  readonly run: RunFolder
  /** Its validation loss. */
  readonly loss: number
  /** Of how many complete runs it is the best. */
  readonly of: number
}

/**
 * Of several seeds the complete one with the lowest validation loss.
 *
 * @param path only for the error
 * @throws LimbicError if none is complete
 */
export function bestOf(runs: readonly RunFolder[], path: string): BestRun {
  const ranked = runs
    .filter((run) => run.complete)
    .map((run) => ({ run, loss: run.readResults().valid.loss ?? Number.POSITIVE_INFINITY }))
    .sort((one, other) => one.loss - other.loss)
  const [best] = ranked
  if (best) return { ...best, of: ranked.length }
  throw new LimbicError('no run of these seeds is complete', {
    where: path,
    hint: `Let them come to their end with: limbic train --resume ${shellWord(path)}`,
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
