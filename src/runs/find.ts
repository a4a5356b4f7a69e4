/** Finds runs in folders: decides whether a path is a single run or a folder of seeds. */

import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { shellWord } from '../base/text/shell.js'
import { explainFileError, lookAt } from '../disk/files.js'
import { RunFolder } from './folder.js'

/** The runs of one configuration, one per seed. */
export interface RunGroup {
  readonly path: string
  readonly name: string
  readonly runs: readonly RunFolder[]
}

/**
 * The runs at a path: the run itself, or one per seed (`seed-0`, `seed-1`, ...).
 *
 * @throws LimbicError if it holds none
 */
export function findRuns(path: string): RunGroup {
  const group = groupAt(path)
  if (group) return group
  const found = lookAt(path)
  const exported = found?.isFile() === true && path.endsWith('.onnx')
  throw new LimbicError(found ? 'not a run folder' : 'no such folder', {
    where: path,
    expected: 'a folder written by limbic train',
    ...(exported && {
      got: 'an exported model',
      hint: 'Name the run that it came from; use an exported model with limbic predict or loadModel',
    }),
  })
}

/** Whether a path is a run or a folder of its seeds. */
export const isRun = (path: string): boolean => groupAt(path) !== undefined

/** The groups in a folder: its own, as in `findRuns`, or those of each subfolder. */
export function findGroups(path: string): RunGroup[] {
  const group = groupAt(path)
  if (group) return [group]
  const groups = foldersIn(path).flatMap((inner) => groupAt(inner) ?? [])
  return groups.length > 0 ? groups : [findRuns(path)]
}

/** @throws LimbicError if the run is not complete, or its results belong to other weights */
export function requireComplete(run: RunFolder): RunFolder {
  if (run.complete) run.checkWeights()
  if (run.measured) return run
  throw new LimbicError('the run is not complete', {
    where: run.path,
    hint: `Complete it with: limbic train --resume ${shellWord(run.path)}`,
  })
}

function groupAt(path: string): RunGroup | undefined {
  const name = basename(resolve(path))
  const own = new RunFolder(path)
  if (own.exists) return { path, name, runs: [own] }
  const runs = seedRuns(path)
  return runs.length > 0 ? { path, name, runs } : undefined
}

/**
 * The runs seed-NUMBER or foldNUMBER-seedNUMBER of a folder, in order of fold and seed; none if it
 * is not a folder.
 */
function seedRuns(path: string): RunFolder[] {
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

function foldersIn(path: string): string[] {
  if (!isFolder(path)) return []
  let names: string[]
  try {
    names = readdirSync(path)
  } catch (error) {
    throw explainFileError(error, path)
  }
  return names
    .sort()
    .map((name) => join(path, name))
    .filter(isFolder)
}

/** A broken link does not count. */
function isFolder(path: string): boolean {
  return lookAt(path)?.isDirectory() ?? false
}
