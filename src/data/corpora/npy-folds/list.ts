/** Lists the folds in a folder of .npy files. */

import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { explainFileError } from '../../../disk/files.js'
import { type SplitName, splitNames } from '../../dataset.js'
import type { PartsOptions } from '../../parts.js'

/** One fold of a cross-validation, in a folder of its own. */
export interface Fold {
  /** The folder's name, such as `fold1`. */
  readonly name: string
  readonly path: string
}

/** The prefixes of each split's files, the usual one first. */
const usualPrefixes: Readonly<Record<SplitName, readonly string[]>> = {
  train: ['train'],
  valid: ['dev', 'val', 'valid'],
  test: ['test'],
}
const parts = ['label', 'audio_mfcc', 'video', 'text', 'nlp_trans'] as const

/** The possible prefixes of a split's files: the given name, or the usual ones. */
export function prefixesOf(split: SplitName, { names = {} }: PartsOptions): readonly string[] {
  const told = names[split]
  return told === undefined ? usualPrefixes[split] : [told]
}

/**
 * Whether a folder holds the `.npy` files of one fold: at least one split, with or without labels.
 *
 * @param options the files' names for the splits, if given
 */
export function isFold(folder: string, options: PartsOptions = {}): boolean {
  return splitNames
    .flatMap((split) => prefixesOf(split, options))
    .some((split) => parts.some((part) => existsSync(join(folder, `${split}_${part}.npy`))))
}

/**
 * The folds in a folder, or in its subfolder `folds`, in the order of their numbers (`fold2` before
 * `fold10`).
 *
 * @returns an empty list if there are none.
 * @throws LimbicError if the folder cannot be listed.
 */
export function listFolds(path: string, options: PartsOptions = {}): readonly Fold[] {
  const own = foldsIn(path, options)
  const inner = join(path, 'folds')
  return own.length > 0 || !existsSync(inner) ? own : foldsIn(inner, options)
}

function foldsIn(folder: string, options: PartsOptions): readonly Fold[] {
  try {
    if (!statSync(folder).isDirectory()) return []
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isFile())
      .map(({ name }) => ({ name, path: join(folder, name) }))
      .filter(({ path }) => isFold(path, options))
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
export function chooseFold(path: string, options: PartsOptions = {}): string {
  if (isFold(path, options)) return path
  const folds = listFolds(path, options)
  const [only, ...others] = folds
  if (only !== undefined && others.length === 0) return only.path
  throw new LimbicError('a folder of several folds', {
    where: path,
    expected: 'one fold',
    got: folds.map(({ name }) => name).join(', '),
    hint: `Name one, such as ${only?.path ?? join(path, 'fold1')}`,
  })
}
