/** Compares the digests of files that a cell names. */
import { LimbicError } from '../../base/errors.js'
import { digestPath } from '../../disk/digest.js'

/** @throws LimbicError if the content of a path has another digest */
export function checkDigest(path: string, expected: string, what: string): void {
  const got = digestPath(path)
  if (got === expected) return
  throw new LimbicError(`${what} on this machine differs from what the run was submitted with`, {
    where: path,
    ...{ expected, got },
    hint: 'Give every machine the same file',
  })
}
