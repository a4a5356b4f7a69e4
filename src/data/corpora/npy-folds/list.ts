/** Lists the folds in a folder of .npy files. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { explainFileError } from '../../../disk/files.js'

/** One fold of a cross-validation, in a folder of its own. */
export interface Fold {
  /** The folder's name, such as `fold1`. */
  readonly name: string
  readonly path: string
}

const splitPrefixes = ['train', 'dev', 'test'] as const
const parts = ['label', 'audio_mfcc', 'video', 'text', 'nlp_trans'] as const

/** Whether a folder holds `.npy` files of one fold: of one split at least, perhaps without labels. */
export function isFold(folder: string): boolean {
  return splitPrefixes.some((split) =>
    parts.some((part) => existsSync(join(folder, `${split}_${part}.npy`))),
  )
}

/**
 * The folds below a folder: its own folders that are folds, or those of its folder `folds`, in
 * the order of their numbers (`fold2` before `fold10`).
 *
 * @returns an empty list where there are none.
 * @throws LimbicError if the folder cannot be listed.
 */
export function listFolds(path: string): readonly Fold[] {
  const own = foldsIn(path)
  const inner = join(path, 'folds')
  return own.length > 0 || !existsSync(inner) ? own : foldsIn(inner)
}

function foldsIn(folder: string): readonly Fold[] {
  try {
    if (!statSync(folder).isDirectory()) return []
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile())
      .map(({ name }) => ({ name, path: join(folder, name) }))
      .filter(({ path }) => isFold(path))
      .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }))
  } catch (error) {
    throw explainFileError(error, folder)
  }
}

/**
 * The fold that a path means: the folder itself, or the only fold below it.
 *
 * @throws LimbicError if there are several to choose from.
 */
export function chooseFold(path: string): string {
  if (isFold(path)) return path
  const folds = listFolds(path)
  const [only, ...others] = folds
  if (only !== undefined && others.length === 0) return only.path
  throw new LimbicError('a folder of several folds', {
    where: path,
    expected: 'one fold',
    got: folds.map(({ name }) => name).join(', '),
    hint: `Name one, such as ${only?.path ?? join(path, 'fold1')}`,
  })
}
