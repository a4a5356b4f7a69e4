/** The digest of each model's file when this process loaded it: Node loads it once. */
import { LimbicError } from '../../base/errors.js'
import { digestModelFile, locateModelFile, type ModelFile } from './digest.js'

const digests = new Map<string, string>()

/** @throws LimbicError if the file was loaded with other content before */
export function requireAsLoaded({ file, digest }: ModelFile): void {
  const before = digests.get(file)
  if (before === undefined || before === digest) return
  throw new LimbicError('the file has changed since this program loaded it', {
    where: file,
    expected: before,
    got: digest,
    hint: 'Restart the program',
  })
}

/**
 * Records that a file was loaded.
 *
 * @param digest of the file just before it was loaded
 * @throws LimbicError if it was edited meanwhile, so that the loaded version is unknown
 */
export function noteLoaded({ file, digest }: ModelFile): void {
  digests.set(file, digest)
  requireAsLoaded({ file, digest: digestModelFile(file) })
}

/** A model's file as it was loaded, even if edited since; as it is now if it was not loaded. */
export function loadedFile(name: string): ModelFile {
  const file = locateModelFile(name)
  return { file, digest: digests.get(file) ?? digestModelFile(file) }
}
