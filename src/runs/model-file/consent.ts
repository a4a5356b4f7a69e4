/**
 * The user's consent to run a model file. A run folder, a configuration or a table only names a
 * file; the file runs if the user named it on the command line or in a program, allowed it
 * explicitly, or trained with this exact file before.
 *
 * That training is recorded in the user's own folder, by path and content. A run folder cannot give
 * consent: a copied or downloaded run only runs files that its new owner has trained with.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { writeContentSafely } from '../../disk/files.js'
import { stateFolder } from '../../disk/state.js'
import { digestModelFile, locateModelFile, type ModelFile } from './digest.js'
import { loadedFile } from './loaded.js'

/**
 * `named`: the user named the file to run. `allowed`: the user allowed it explicitly
 * (`--allow-model-file`, `allowModelFile`), even if it was edited after training.
 */
export interface Consent extends ModelFile {
  readonly how: 'named' | 'allowed'
}

/** What a user may allow when opening something that names a file. */
export interface ModelFileOptions {
  /**
   * Run the model file that a run or a configuration names, even if you have not trained with it on
   * this machine or it was edited since. It runs with your permissions. Default: false.
   */
  readonly allowModelFile?: boolean | undefined
}

const given = new Map<string, Consent>()

/** Whether a model's name is the path of a module: it ends in `.js`, `.mjs` or, where Node reads it, `.ts`. */
export function isModelFile(name: string): boolean {
  return /\.m?[jt]s$/.test(name)
}

/**
 * Consents to a model's file as it is now, for this process; does nothing for Limbic's own models.
 *
 * @throws LimbicError if there is no such file
 */
export function consentTo(name: string, how: Consent['how']): void {
  if (!isModelFile(name)) return
  const found = modelFileOf(name)
  const key = keyOf(found)
  if (given.get(key)?.how !== 'allowed') given.set(key, { ...found, how })
}

/** All consents of this process, to hand to a worker. */
export function consents(): readonly Consent[] {
  return [...given.values()]
}

/** Takes over the consents of the parent process. */
export function takeConsents(of: readonly Consent[]): void {
  for (const consent of of) given.set(keyOf(consent), consent)
}

/** @throws LimbicError if there is no such file */
export function modelFileOf(name: string): ModelFile {
  const file = locateModelFile(name)
  return { file, digest: digestModelFile(file) }
}

/**
 * @param namedBy the folder or file that names it, for the message
 * @throws LimbicError unless someone consented to the file as it is
 */
export function requireConsent(found: ModelFile, namedBy: string | undefined): void {
  const key = keyOf(found)
  if (given.has(key) || isRemembered(key)) return
  throw new LimbicError('you have not trained with this model file on this machine', {
    where: namedBy ?? found.file,
    got: `${found.file}, ${found.digest}`,
    hint: allowing,
  })
}

/**
 * Checks that a run's model file is the one it was trained with.
 *
 * @param trained the digest that the run keeps; runs before 0.2 have none
 * @param where the run
 * @throws LimbicError if it was edited, unless that is allowed
 */
export function requireUnchanged(name: string, trained: string | undefined, where: string): void {
  if (!isModelFile(name) || trained === undefined) return
  const found = modelFileOf(name)
  if (found.digest === trained || given.get(keyOf(found))?.how === 'allowed') return
  throw new LimbicError('the model file has changed since the run was trained', {
    where: `${where}, ${found.file}`,
    expected: trained,
    got: found.digest,
    hint: `Restore the original file. ${allowing}`,
  })
}

const allowing =
  'It would be executed with your permissions: review it, then pass --allow-model-file (in a program, allowModelFile: true)'

/** Records that the user trained with a file, so that their runs of it need no further consent. */
export function rememberModelFile(name: string): void {
  const folder = recordFolder()
  if (!isModelFile(name) || folder === undefined) return
  const found = loadedFile(name)
  const path = join(folder, `${keyOf(found)}.json`)
  if (existsSync(path)) return
  try {
    const since = new Date().toISOString()
    writeContentSafely(path, `${JSON.stringify({ ...found, since })}\n`)
  } catch (error) {
    // Without a place to record it, the user must consent again each time.
    if (!(error instanceof LimbicError)) throw error
  }
}

function isRemembered(key: string): boolean {
  const folder = recordFolder()
  return folder !== undefined && existsSync(join(folder, `${key}.json`))
}

function recordFolder(): string | undefined {
  const folder = stateFolder()
  return folder && join(folder, 'model-files')
}

/** Path and content together: the same text elsewhere may import other files. */
function keyOf({ file, digest }: ModelFile): string {
  return createHash('sha256').update(`${file}\0${digest}`).digest('hex')
}
